import EncodeJob
import Testing

struct NonVideoExtensionsTests {
    @Test(arguments: ["input/a.srt", "input/b/A.JPG", "x.json", "input/.DS_Store", "input/a.mov/._b.mov", "a.mp4.part"])
    func matches(key: String) {
        #expect(NonVideoExtensions.matches(key))
    }

    @Test(arguments: ["input/a.mp4", "input/a.srt.mkv", "input/a", "input/srt", "input/a.MOV", "a.ts", "x.jpg/b.webm"])
    func doesNotMatch(key: String) {
        #expect(!NonVideoExtensions.matches(key))
    }
}

struct NameExtensionTests {
    @Test(arguments: [
        ("a.mp4", "a", "mp4"), ("a.b/c.d.mkv", "a.b/c.d", "mkv"), ("a", "a", nil), (".mp4", ".mp4", nil),
        ("a.b/c", "a.b/c", nil), ("a.b/.c", "a.b/.c", nil), ("a.", "a", ""),
    ])
    func splits(name: String, stem: String, found: String?) {
        let (before, after) = NameExtension.split(name)
        #expect(before == stem && after == found && NameExtension.of(name) == found)
    }
}
