import EncodeJob
import Testing

@Suite("NonVideoExtensions") struct NonVideoExtensionsTests {
    @Test(
        "Files that are kept next to videos are recognised",
        arguments: ["input/a.srt", "input/b/A.JPG", "x.json", "input/.DS_Store", "input/a.mov/._b.mov", "a.mp4.part"])
    func matching(key: String) {
        #expect(NonVideoExtensions.matches(key))
    }

    @Test(
        "Possible videos are tried",
        arguments: ["input/a.mp4", "input/a.srt.mkv", "input/a", "input/srt", "input/a.MOV", "a.ts", "x.jpg/b.webm"])
    func others(key: String) {
        #expect(!NonVideoExtensions.matches(key))
    }
}

struct NameExtensionTests {
    @Test(
        "A name is split at the last dot of its last part",
        arguments: [
            ("a.mp4", "a", "mp4"), ("a.b/c.d.mkv", "a.b/c.d", "mkv"), ("a", "a", nil), (".mp4", ".mp4", nil),
            ("a.b/c", "a.b/c", nil), ("a.b/.c", "a.b/.c", nil), ("a.", "a", ""),
        ])
    func splits(name: String, stem: String, found: String?) {
        let (before, after) = NameExtension.split(name)
        #expect(before == stem && after == found && NameExtension.of(name) == found)
    }
}
