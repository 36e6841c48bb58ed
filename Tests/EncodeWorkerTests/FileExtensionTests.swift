import Testing

@testable import EncodeWorker

struct FileExtensionTests {
    @Test(arguments: [
        ("a.mp4", "mp4"), ("a.b/c.d.mkv", "mkv"), ("a", nil), (".mp4", nil), ("a.b/c", nil), ("a.b/.c", nil),
    ])
    func isBehindTheNamesLastDot(name: String, found: String?) {
        #expect(FileExtension.of(name) == found)
    }

    @Test(arguments: [
        ("out.mp4", "in.mp4", "out.mp4"), ("out.mp4", "in.MP4", "out.mp4"), ("out.mp4", "a.b/in.mkv", "out.mp4.mkv"),
        ("out.mp4", "in", "out.mp4"),
    ])
    func aCopyHasItsSources(output: String, source: String, name: String) {
        #expect(FileExtension.added(to: output, ofThat: source) == name)
    }
}
