import Glibc
import TestSupport
import Testing

@testable import EncodeWorker

struct ArrivalsTests {
    private func size(_ size: UInt64, isOpen: Bool = false) -> Arrivals.Look {
        Arrivals.Look(inode: 1, size: size, isOpenForWriting: isOpen)
    }

    @Test("a file is complete once it has stayed the same for two seconds")
    func settles() {
        var arrivals = Arrivals()
        #expect(arrivals.nextLook == nil)
        arrivals.add("input/a", size(1), at: 10)
        #expect(arrivals.nextLook == 12)
        #expect(arrivals.look(at: 11.9) { _ in size(1) } == [])
        #expect(arrivals.look(at: 12) { _ in size(2) } == [])
        #expect(arrivals.nextLook == 14)
        #expect(arrivals.look(at: 14) { _ in size(2) } == ["input/a"])
        #expect(arrivals.nextLook == nil)
    }

    @Test("an event starts the time again")
    func writtenAgain() {
        var arrivals = Arrivals()
        arrivals.add("input/a", size(1), at: 0)
        arrivals.add("input/a", size(2), at: 1.5)
        #expect(arrivals.look(at: 2.5) { _ in size(2) } == [])
        #expect(arrivals.look(at: 3.5) { _ in size(2) } == ["input/a"])
    }

    @Test("a file that is open for writing waits, although it doesn't grow")
    func open() {
        var arrivals = Arrivals()
        arrivals.add("input/a", size(1, isOpen: true), at: 0)
        for time in [2.0, 4, 60] { #expect(arrivals.look(at: time) { _ in size(1, isOpen: true) } == []) }
        #expect(arrivals.look(at: 62) { _ in size(1) } == [])
        #expect(arrivals.look(at: 64) { _ in size(1) } == ["input/a"])
    }

    @Test("old files are complete at once, and in the order of their bytes")
    func old() {
        var arrivals = Arrivals()
        for key in ["input/b", "input/u\u{308}", "input/ü", "input/a"] { arrivals.add(key, size(1), at: 0, age: 2) }
        arrivals.add("input/c", size(1), at: 0, age: 1)
        let found = arrivals.look(at: 0) { _ in size(1) }.map { Array($0.utf8) }
        #expect(found == ["input/a", "input/b", "input/u\u{308}", "input/ü"].map { Array($0.utf8) })
        #expect(arrivals.look(at: 1) { _ in size(1) } == ["input/c"])
    }

    @Test("a file that is seen again and is the same is not taken again")
    func again() {
        var arrivals = Arrivals()
        for (content, isNew) in [(1, true), (1, false), (2, true)] as [(UInt64, Bool)] {
            arrivals.add("input/a", size(content), at: 0, age: 2)
            #expect(arrivals.look(at: 0) { _ in size(content) } == (isNew ? ["input/a"] : []))
        }
        arrivals.remove("input/a")
        arrivals.add("input/a", size(2), at: 0, age: 2)
        #expect(arrivals.look(at: 0) { _ in size(2) } == ["input/a"])
    }

    @Test("a file that goes away is forgotten")
    func gone() {
        var arrivals = Arrivals()
        for key in ["input/a", "input/b/c", "input/d"] { arrivals.add(key, size(1), at: 0) }
        arrivals.remove("input/a")
        arrivals.removeAll { FolderWatch.isBelow($0, "input/b") }
        #expect(arrivals.look(at: 2) { key in key == "input/d" ? nil : size(1) } == [])
        #expect(arrivals.nextLook == nil)
    }

    @Test("the kernel knows who writes a file")
    func lookOfFile() throws {
        let folder = try TemporaryFolder()
        let path = folder("a.mp4")
        #expect(Arrivals.Look(path) == nil && Arrivals.Look(folder.path) == nil)
        let file = try #require(fopen(path, "w"))
        #expect(Arrivals.Look(path)?.isOpenForWriting == true)
        fclose(file)
        let look = try #require(Arrivals.Look(path))
        #expect(!look.isOpenForWriting && look.age < 60)
        let link = folder("link.mp4")
        symlink(path, link)
        #expect(Arrivals.Look(link) == look)
        chmod(path, 0)
        #expect(Arrivals.Look(path) != look)
    }
}
