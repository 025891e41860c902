import Models
import Testing

@Suite struct TextEncodingTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FE}?>", "z7/Pvj8+"),
    ])
    func `base64 is that of RFC 4648, both ways and in both alphabets`(text: String, encoded: String) throws {
        let bytes = Array(text.utf8)
        #expect(Base64.encode(bytes) == encoded)
        #expect(Base64.decode(encoded) == bytes)
        let address = String(encoded.filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        #expect(Base64.encodeForAddress(bytes) == address)
        #expect(Base64.decodeFromAddress(address) == bytes)
    }

    @Test(arguments: ["Zg", "Zg=", "Zg===", "Z===", "=Zg=", "Zm9v\n", "Zm 9", "Zm9-"])
    func `what is not whole base64 is none`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zg==", "Zm9+", "Zm9vY"])
    func `addresses have an alphabet of their own`(text: String) {
        #expect(Base64.decodeFromAddress(text) == nil)
    }

    @Test func `hexadecimal digits are pairs of lower case, and read in either`() {
        #expect(Hexadecimal.encode([UInt8]()) == "")
        #expect(Hexadecimal.encode([0x00, 0x0A, 0x9F, 0xFF]) == "000a9fff")
        #expect(Hexadecimal.decode("000A9fFF") == [0x00, 0x0A, 0x9F, 0xFF])
        for text in ["0", "0g", "0 ", "+1", "é0"] { #expect(Hexadecimal.decode(text) == nil) }
    }

    @Test(arguments: ["", "a-b.c_d~e", "a/b?c#d %é\u{0}☃", "%41"])
    func `percent-encoding reads back`(text: String) {
        let encoded = PercentEncoding.encode(text)
        #expect(encoded.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
        #expect(String(decoding: PercentEncoding.decode(Array(encoded.utf8)), as: UTF8.self) == text)
    }

    @Test func `a percent sign without two digits stands for itself`() {
        #expect(PercentEncoding.decode(Array("%4%zz%4a%".utf8)) == Array("%4%zzJ%".utf8))
    }
}
