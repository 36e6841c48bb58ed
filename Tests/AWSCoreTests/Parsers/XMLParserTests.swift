import TestSupport
import Testing

@testable import AWSCore

@Suite("XML") struct XMLParserTests {
    private func parse(_ text: String) throws -> XMLElement { try XMLParser.parse(Array(text.utf8)) }

    @Test("S3's documents are read") func documents() throws {
        let root = try parse(
            """
            \u{FEFF}<?xml version="1.0" encoding="UTF-8"?>
            <!-- c --><R xmlns="http://s3.amazonaws.com/doc/2006-03-01/" a='<">'>
              <A>one</A><A> two </A><Empty/><Deep><B><![CDATA[<&]]>x</B></Deep><E>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F3AC;</E>
            </R >
            """
        )
        #expect(root.name == "R" && root.all("A").map(\.text) == ["one", " two "])
        #expect(root["Empty"] == "" && root["None"] == nil)
        #expect(root.child("Deep")?["B"] == "<&x" && root["E"] == "<>&\"'A🎬")
    }

    @Test("White space before the document is allowed") func whiteSpace() throws {
        #expect(try parse("  \n\t <R/> \n").name == "R")
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", " ", "x", "<", "<R", "<R>", "<R></S>", "<R/><S/>", "<R/>x", "<R a></R>", "<R a=b></R>", "<R a='></R>",
            "<R>&x;</R>", "<R>&amp</R>", "<R>&#;</R>", "<R>&#x;</R>", "<R>&#xD800;</R>", "<R>&#1114112;</R>",
            "<R>&#x+41;</R>", "<R>&#-1;</R>", "<R>&#99999999999;</R>", "<R><![CDATA[x</R>", "<R><!-- x</R>", "< R/>",
            "</R>",
            "<!DOCTYPE R [<!ENTITY a \"b\">]><R>&a;</R>", "<!DOCTYPE R SYSTEM \"file:///etc/passwd\"><R/>", "<?xml",
            "<R/ >", "<R><A></R></A>", "<R>a<",
        ])
    func invalid(_ text: String) {
        #expect(throws: XMLError.self) { try parse(text) }
    }

    @Test("Text that is not UTF-8 is refused") func notUTF8() {
        #expect(throws: XMLError.self) { try XMLParser.parse(Array("<R>".utf8) + [0xFF, 0xFE] + Array("</R>".utf8)) }
    }

    @Test("The depth is limited") func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        _ = try parse(nested(64))
        #expect(throws: XMLError.self) { try parse(nested(65)) }
        #expect(throws: XMLError.self) { try parse(String(repeating: "<a>", count: 1_000_000)) }
    }

    @Test("Escaped text is read back", arguments: 1...200) func roundTrip(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = ["&", "<", ">", "\"", "'", "]]>", "&amp;", "\r", "\n", "\t", "é", "🎬", "a", " "]
        let text = (0..<20).map { _ in pieces.randomElement(using: &random)! }.joined()
        #expect(try parse("<R>\(XMLElement.escape(text))</R>").text == text)
    }

    /// Damaged documents: an error or an element, never a crash, and never long.
    @Test("Damaged documents do no harm") func damage() {
        let good = Array(
            "<?xml version=\"1.0\"?><L a='1'><C><K>a&amp;b</K><S>12</S></C><!-- x --><![CDATA[y]]><T>&#x41;</T></L>"
                .utf8
        )
        var random = SeededGenerator(seed: 5)
        var (refused, read) = (0, 0)
        for _ in 0..<3000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(contentsOf: bytes[index...].prefix(9), at: index)
                default: bytes.removeLast(bytes.count - index)
                }
                if bytes.isEmpty { break }
            }
            if (try? XMLParser.parse(bytes)) == nil { refused += 1 } else { read += 1 }
        }
        #expect(refused > 1000 && read > 100)
    }
}
