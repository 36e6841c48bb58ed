import Testing

@testable import AWSCore

@Suite("Percent-encoding") struct PercentEncodingTests {
    @Test("Unreserved characters stay") func unreserved() {
        let text = "ABCXYZabcxyz0189-._~"
        #expect(PercentEncoding.encode(text) == text)
    }

    @Test("All others are escaped in upper case") func escaped() {
        #expect(PercentEncoding.encode(" +/%é\u{0}🎬") == "%20%2B%2F%25%C3%A9%00%F0%9F%8E%AC")
        #expect(PercentEncoding.encode("a/b c//", keepingSlash: true) == "a/b%20c//")
    }

    @Test("Every character is decoded again") func roundTrip() {
        for value in Array(0...0x2FF) + [0x20AC, 0xFFFD, 0x1F3AC] {
            let text = String(UnicodeScalar(UInt32(value))!)
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        }
    }

    @Test("Anything that is not an escape stays", arguments: ["%", "%2", "%zz", "%+1", "% 1", "%-1", "100%", "%%"])
    func notEscapes(_ text: String) {
        #expect(PercentEncoding.decode(text) == text)
    }

    @Test("Escapes after other bytes are decoded") func mixed() { #expect(PercentEncoding.decode("%%41%2b") == "%A+") }
}
