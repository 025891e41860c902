#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Calls `body` with the strings as a NULL-terminated list of C strings, valid for that call alone.
func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let copies = unsafe strings.map { text in unsafe strdup(text) }
    defer {
        for index in unsafe copies.indices { unsafe free(copies[index]) }
    }
    var pointers = unsafe copies.map { copy in unsafe UnsafePointer<CChar>(copy) }
    unsafe pointers.append(nil)
    return unsafe pointers.withUnsafeBufferPointer { list in unsafe body(list.baseAddress) }
}
