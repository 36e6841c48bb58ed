import Testing

@testable import AWSCore

struct PercentEncodingTests {
    @Test func unreservedCharactersStay() {
        let text = "ABCXYZabcxyz0189-._~"
        #expect(PercentEncoding.encode(text) == text)
    }

    @Test func restIsEscapedInUpperCase() {
        #expect(PercentEncoding.encode(" +/%é\u{0}🎬") == "%20%2B%2F%25%C3%A9%00%F0%9F%8E%AC")
        #expect(PercentEncoding.encode("a/b c//", keepingSlash: true) == "a/b%20c//")
    }

    @Test func everyCharacterComesBack() {
        for value in Array(0...0x2FF) + [0x20AC, 0xFFFD, 0x1F3AC] {
            let text = String(UnicodeScalar(UInt32(value))!)
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        }
    }

    @Test(arguments: ["%", "%2", "%zz", "%+1", "% 1", "%-1", "100%", "%%"]) func whatIsNoEscapeStays(_ text: String) {
        #expect(PercentEncoding.decode(text) == text)
    }

    @Test func escapesBehindOtherBytes() { #expect(PercentEncoding.decode("%%41%2b") == "%A+") }
}
