import Findings
import Glibc
import TestSupport
import Testing

@testable import EncodeWorker

struct FolderWatchTests {
    private let folder: TemporaryFolder
    private var watch: FolderWatch

    init() throws {
        folder = try TemporaryFolder()
        try FileBytes.write("x".utf8, to: folder("input/a/b.mp4"))
        watch = try FolderWatch("input", in: LocalStore(root: folder.path))
        #expect(try watch.start() == ["input/a/b.mp4"])
    }

    private func makeFolder(_ name: String) { mkdir("\(folder.path)/\(name)", 0o755) }

    private func move(_ name: String, _ target: String) { rename("\(folder.path)/\(name)", folder(target)) }

    @Test("files that are written, moved and linked are reported")
    mutating func files() throws {
        try FileBytes.write("x".utf8, to: folder("input/a/c.mp4"))
        #expect(try watch.changes().last == .file("input/a/c.mp4"))
        move("input/a/c.mp4", "input/d.mp4")
        #expect(try watch.changes() == [.gone("input/a/c.mp4"), .file("input/d.mp4")])
        link("\(folder.path)/input/d.mp4", "\(folder.path)/input/e.mp4")
        #expect(try watch.changes() == [.file("input/e.mp4")])
        unlink("\(folder.path)/input/e.mp4")
        #expect(try watch.changes() == [.gone("input/e.mp4")])
        #expect(try watch.changes() == [])
    }

    @Test("what is in new folders is found, and watched")
    mutating func folders() throws {
        try FileBytes.write("x".utf8, to: folder("elsewhere/f/g.mp4"))
        move("elsewhere", "input/new")
        #expect(try watch.changes() == [.file("input/new/f/g.mp4")])
        try FileBytes.write("x".utf8, to: folder("input/new/f/h.mp4"))
        #expect(try watch.changes().last == .file("input/new/f/h.mp4"))
    }

    @Test("a folder that is moved reports under its new name, and not at all from outside")
    mutating func movedFolder() throws {
        move("input/a", "input/z")
        #expect(try watch.changes() == [.folderGone("input/a"), .file("input/z/b.mp4")])
        try FileBytes.write("x".utf8, to: folder("input/z/c.mp4"))
        #expect(try watch.changes().last == .file("input/z/c.mp4"))
        move("input/z", "outside")
        #expect(try watch.changes() == [.folderGone("input/z")])
        try FileBytes.write("x".utf8, to: folder("outside/d.mp4"))
        #expect(try watch.changes() == [])
    }

    @Test("links to folders are not followed")
    mutating func linkedFolder() throws {
        try FileBytes.write("x".utf8, to: folder("elsewhere/c.mp4"))
        symlink("\(folder.path)/elsewhere", "\(folder.path)/input/link")
        #expect(try watch.changes() == [.file("input/link")])
        try FileBytes.write("x".utf8, to: folder("elsewhere/d.mp4"))
        #expect(try watch.changes() == [])
    }

    @Test("when the kernel loses events, all files are reported")
    mutating func overflow() throws {
        let text = String(decoding: try FileBytes.read("/proc/sys/fs/inotify/max_queued_events"), as: UTF8.self)
        let limit = try #require(Int(text.split(separator: "\n")[0]))
        let names = ["\(folder.path)/input/a/b.mp4", "\(folder.path)/input/a/c.mp4"]
        for _ in 0...limit / 4 {
            rename(names[0], names[1])
            rename(names[1], names[0])
        }
        makeFolder("input/late")
        try FileBytes.write("x".utf8, to: folder("input/late/d.mp4"))
        let changes = try watch.changes()
        let all = try #require(changes.last { if case .files = $0 { true } else { false } })
        guard case .files(let files) = all else { return }
        #expect(files.sorted() == ["input/a/b.mp4", "input/late/d.mp4"])
        try FileBytes.write("x".utf8, to: folder("input/late/e.mp4"))
        #expect(try watch.changes().last == .file("input/late/e.mp4"))
    }

    @Test("a folder that is removed, missing, or watched by another process is an error")
    mutating func errors() throws {
        let store = LocalStore(root: folder.path)
        #expect(throws: ReportedError.self) { _ = try FolderWatch("input", in: store) }
        #expect {
            var other = try FolderWatch("missing", in: store)
            _ = try other.start()
        } throws: { "\($0)".contains("name a folder") }
        move("input", "moved")
        var gone = watch
        #expect { _ = try gone.changes() } throws: { "\($0)".contains("was removed or moved") }
    }

    @Test("a key is below a folder by whole names")
    func below() {
        #expect(FolderWatch.isBelow("input/a/b", "input/a") && FolderWatch.isBelow("input/a", "input/a"))
        #expect(!FolderWatch.isBelow("input/ab", "input/a") && !FolderWatch.isBelow("input", "input/a"))
    }
}
