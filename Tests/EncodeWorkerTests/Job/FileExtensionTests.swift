import Testing

@testable import EncodeWorker

struct FileExtensionTests {
    @Test(
        "a copy has its source's extension",
        arguments: [
            ("out.mp4", "in.mp4", "out.mp4"), ("out.mp4", "in.MP4", "out.mp4"),
            ("out.mp4", "a.b/in.mkv", "out.mp4.mkv"),
            ("out.mp4", "in", "out.mp4"),
        ])
    func copy(output: String, source: String, name: String) {
        #expect(FileExtension.added(to: output, of: source) == name)
    }
}
