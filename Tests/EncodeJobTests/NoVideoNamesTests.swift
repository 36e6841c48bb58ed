import EncodeJob
import Testing

struct NoVideoNamesTests {
    @Test(arguments: ["input/a.srt", "input/b/A.JPG", "x.json", "input/.DS_Store", "input/a.mov/._b.mov", "a.mp4.part"])
    func surelyNoVideo(key: String) {
        #expect(NoVideoNames.contains(key))
    }

    @Test(arguments: ["input/a.mp4", "input/a.srt.mkv", "input/a", "input/srt", "input/a.MOV", "a.ts", "x.jpg/b.webm"])
    func maybeAVideo(key: String) {
        #expect(!NoVideoNames.contains(key))
    }
}
