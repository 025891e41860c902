import Glibc

/// Standard output, at once: whoever started us reads it through a pipe.
enum Lines {
    static func print(_ text: String) {
        Swift.print(text)
        fflush(nil)
    }
}
