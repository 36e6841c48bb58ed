import Testing

@testable import EncodeWorker

struct FileExtensionTests {
    @Test(arguments: [
        ("out.mp4", "in.mp4", "out.mp4"), ("out.mp4", "in.MP4", "out.mp4"), ("out.mp4", "a.b/in.mkv", "out.mp4.mkv"),
        ("out.mp4", "in", "out.mp4"),
    ])
    func aCopyHasItsSources(output: String, source: String, name: String) {
        #expect(FileExtension.added(to: output, ofThat: source) == name)
    }
}
