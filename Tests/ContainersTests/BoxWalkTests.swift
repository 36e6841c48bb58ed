import TestSupport
import Testing

@testable import Containers

@Suite("Walk through boxes") struct BoxWalkTests {
    private func types(_ bytes: [UInt8], whole: Bool = false) -> [String] {
        var walk = BoxWalk(0..<bytes.count, of: bytes)
        var types: [String] = []
        while let box = whole ? walk.nextWhole() : walk.next() { types.append(box.type) }
        return types
    }

    @Test("Bytes and a source give the same boxes") func source() throws {
        let bytes =
            box("ftyp", [1]) + [0, 0, 0, 1] + Array("mdat".utf8) + [0, 0, 0, 0, 0, 0, 0, 18, 7, 7] + box("moov", [])
        let source = MemorySource(bytes)
        var walk = BoxWalk(0..<source.size, of: source)
        var contents: [Range<UInt64>] = []
        while let box = try walk.next() { contents.append(box.content) }
        #expect(contents == [8..<9, 25..<27, 35..<35] && walk.rest == 0)
        #expect(types(bytes) == ["ftyp", "mdat", "moov"])
    }

    @Test("A box without a size extends to the end") func open() {
        #expect(types([0, 0, 0, 0] + Array("mdat".utf8) + box("moov", []), whole: true) == ["mdat"])
    }

    @Test("A truncated box is returned, but is not whole") func truncated() {
        let bytes = box("ftyp", []) + box("mdat", [1, 2, 3]).dropLast()
        #expect(types(bytes) == ["ftyp", "mdat"])
        #expect(types(bytes, whole: true) == ["ftyp"])
    }

    @Test(
        "The walk stops at a broken header",
        arguments: [[0, 0, 0], [0, 0, 0, 7, 0x66, 0x72, 0x65, 0x65], [0, 0, 0, 1, 0x66, 0x72, 0x65, 0x65]] as [[UInt8]])
    func broken(rest: [UInt8]) {
        let bytes = box("ftyp", []) + rest
        var walk = BoxWalk(0..<bytes.count, of: bytes)
        #expect(walk.next()?.type == "ftyp")
        #expect(walk.next() == nil && walk.rest == UInt64(rest.count))
    }

    @Test("A moov box is missing in a truncated file, but not in another format") func moov() throws {
        func lacksMoov(_ bytes: [UInt8]) throws -> Bool { try DeclaredSize(MemorySource(bytes)).lacksMoov() }
        let start = box("ftyp", []) + box("mdat", [UInt8](repeating: 7, count: 100))
        #expect(try lacksMoov(start))
        #expect(try lacksMoov(start.dropLast(50)))
        #expect(try !lacksMoov(start + box("moov", [])))
        #expect(try !lacksMoov(box("ftyp", []) + box("moof", []) + box("mdat", [])))
        #expect(try !lacksMoov(Array("no boxes, but some text".utf8)))
    }
}
