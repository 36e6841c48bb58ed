import Testing

@testable import JobReport

struct HTMLTests {
    @Test(
        "an inserted text is text",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload='x'", "&quot; onload=&#39;x&#39;"), ("a & b &amp;", "a &amp; b &amp;amp;"),
            ("ü 🎬 漢字", "ü 🎬 漢字"), ("two\nlines\t", "two lines "),
            // What reverses or hides other text is named.
            ("gpj\u{202E}4pm", "gpj⟨U+202E⟩4pm"), ("\u{0}\u{1B}[31m", "⟨U+0000⟩⟨U+001B⟩[31m"),
            ("\u{2066}a\u{2069}", "⟨U+2066⟩a⟨U+2069⟩"), ("\u{FFFE}", "⟨U+FFFE⟩"),
        ])
    func escaped(text: String, expected: String) {
        #expect(HTML(escaping: text).text == expected)
        #expect(("<p title=\"\(text)\">\(text)</p>" as HTML).text == "<p title=\"\(expected)\">\(expected)</p>")
    }

    @Test("markup stays markup where it is inserted") func nested() {
        let name = "<b>"
        let inner: HTML = "<i>\(name)</i>"
        #expect(("<p>\(inner)\([inner, inner])\(nil as HTML?)\(3)</p>" as HTML).text.count(of: "&lt;b&gt;") == 3)
    }

    @Test(
        "a link leads to a path and nowhere else",
        arguments: [
            ("preserve/a b.mp4.html", "preserve/a%20b.mp4.html"), ("javascript:alert(1)", "javascript%3Aalert%281%29"),
            ("a?b#c\"", "a%3Fb%23c%22"), ("ü", "%C3%BC"), ("100%", "100%25"),
        ])
    func link(path: String, expected: String) {
        #expect(HTML.link(toPath: path).text == expected)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func count(of part: String) -> Int { ranges(of: part).count }
}
