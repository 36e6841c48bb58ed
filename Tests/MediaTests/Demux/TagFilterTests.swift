import Testing

@testable import Media

@Suite("Demux / tags") struct TagFilterTests {
    @Test(
        "A tag is kept with its value, without its language, or as the same place",
        arguments: [
            ("title", "A film", ["title": "A film"], true), ("title", "A film", ["title": "Another"], false),
            ("title-eng", "A film", ["title": "A film"], true), ("title-eng", "A film", ["title": "Un film"], false),
            ("com.apple.quicktime.live-photo", "1", ["com.apple.quicktime.live": "1"], false),
            ("location-eng", "+48.2+016.3/", ["location": "+48.2000+016.3000/"], true),
            ("location", "+48.20823-016.37381/", ["location": "+48.2082-016.3738/"], true),
            ("location", "+48.2+016.3/", ["location": "+48.2000-016.3000/"], false),
            ("location", "+48.2+016.3+171.000/", ["location": "+48.2000+016.3000/"], false),
            ("location", "at home", ["location": "at work"], false), ("location", "+48.2+016.3/", [:], false),
        ] as [(String, String, [String: String], Bool)])
    func have(name: String, value: String, output: [String: String], isKept: Bool) {
        #expect(TagFilter.have(name, value, in: output) == isKept)
    }
}
