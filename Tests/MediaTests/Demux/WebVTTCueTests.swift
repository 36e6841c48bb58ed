import Testing

@testable import Media

@Suite("WebVTT cues") struct WebVTTCueTests {
    private func box(_ kind: String, _ content: [UInt8]) -> [UInt8] {
        [0, 0, UInt8((content.count + 8) >> 8), UInt8((content.count + 8) & 255)] + Array(kind.utf8) + content
    }

    @Test("A WebVTT sample of MP4 holds any number of cues") func mp4() {
        let full = box("vttc", box("iden", [1]) + box("sttg", [2]) + box("payl", [3, 4]))
        let bare = box("vttc", box("ctim", [9]) + box("payl", [5]))
        #expect(
            WebVTTCue.inMP4(full + bare + box("vtta", [6])) == [
                WebVTTCue(text: [3, 4], identifier: [1], settings: [2]), WebVTTCue(text: [5]),
            ])
        #expect(WebVTTCue.inMP4(box("vtte", [])) == [])
        for count in 0..<full.count { #expect(WebVTTCue.inMP4(full.prefix(count)) == []) }
    }

    @Test(
        "A WebVTT block of Matroska has identifier and settings besides the text",
        arguments: [
            ("line:1\nname\ncomment", "line:1", "name"), ("\nname\n", "", "name"), ("line:1", "line:1", ""),
            ("", "", ""),
        ])
    func matroska(addition: String, settings: String, identifier: String) {
        let cue = WebVTTCue.inMatroska([7], addition: Array(addition.utf8))
        #expect(cue == WebVTTCue(text: [7], identifier: Array(identifier.utf8), settings: Array(settings.utf8)))
        #expect(WebVTTCue.inMatroska([7], addition: nil) == WebVTTCue(text: [7]))
    }
}
