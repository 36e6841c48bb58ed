import Findings
import TestSupport
import Testing

@testable import Containers

@Suite("moov box") struct MoovBoxTests {
    @Test("Every chunk offset of every track is moved") func offsets() throws {
        let moov = box("moov", box("mvhd", [1, 2, 3, 4]) + track(offsets32: [48, 1000]) + track(offsets32: [500]))
        let moved = try MoovBox(moov).moved(by: 100)
        let expected = box(
            "moov", box("mvhd", [1, 2, 3, 4]) + track(offsets32: [148, 1100]) + track(offsets32: [600]))
        #expect(moved == expected)
    }

    @Test(
        "A time base that leaves no room for composition offsets becomes coarser",
        arguments: [
            (90_000, 1, 90_000), (1 << 30, 50, 1 << 30), (1 << 30, 25, 1 << 24), (.max, 25, 1 << 24),
            (1_000_000_000, 120, 1_000_000_000),
        ] as [(Int32, Int32, Int32)])
    func timeBase(ticks: Int32, framesPerSecond: Int32, expected: Int32) {
        let found = MovieTimescale.timeBase(Rational(1, ticks), frameRate: Rational(framesPerSecond, 1))
        #expect(found == Rational(1, expected))
    }

    @Test("Chunk offsets are moved backwards") func backwards() throws {
        let moved = try MoovBox(box("moov", track(offsets32: [148]))).moved(by: -100)
        #expect(moved == box("moov", track(offsets32: [48])))
    }

    @Test("64-bit chunk offsets stay 64-bit") func wide() throws {
        let moved = try MoovBox(box("moov", track(offsets64: [48]))).moved(by: 1 << 33)
        #expect(moved == box("moov", track(offsets64: [48 + (1 << 33)])))
    }

    @Test("Chunk offsets above 32 bits are widened") func widened() throws {
        let moved = try MoovBox(box("moov", track(offsets32: [1, .max]))).moved(by: 1)
        #expect(moved == box("moov", track(offsets64: [2, 1 << 32])))
    }

    @Test("A moov that is placed first counts its own growth") func growth() throws {
        let narrow = box("moov", track(offsets32: [UInt32.max - 50]))
        let placed = try MoovBox(narrow).moved(beforeDataAt: 0, to: 0)
        #expect(placed.count == narrow.count + 4)
        #expect(placed == box("moov", track(offsets64: [UInt64(UInt32.max) - 50 + UInt64(placed.count)])))
    }

    @Test("Sample descriptions of one kind are renamed") func renamed() throws {
        func file(_ kind: String) -> [UInt8] {
            let table = box("stsd", [0, 0, 0, 0, 0, 0, 0, 2] + box(kind, [1, 2]) + box("mp4a", Array("hvc1".utf8)))
            return box("moov", box("trak", box("mdia", box("minf", box("stbl", table)))))
        }
        var moved = try MoovBox(file("hvc1"))
        moved.rename("hvc1", to: "dvh1")
        #expect(try moved.moved(by: 0) == file("dvh1"))
    }

    @Test(
        "An incomplete box is refused",
        arguments: [
            [], [0, 0, 0, 8], box("free", []), box("moov", []) + [0], [0, 0, 0, 9] + Array("moov".utf8),
            box("moov", [0, 0, 0, 99] + Array("trak".utf8)), box("moov", [0, 0, 0, 4] + Array("trak".utf8)),
        ])
    func incomplete(bytes: [UInt8]) {
        #expect(throws: ReportedError.self) { try MoovBox(bytes).moved(by: 1) }
    }
}

private func track(offsets32: [UInt32]) -> [UInt8] {
    nested(box("stco", [0, 0, 0, 0] + bytes(UInt32(offsets32.count)) + offsets32.flatMap(bytes)))
}

private func track(offsets64: [UInt64]) -> [UInt8] {
    nested(box("co64", [0, 0, 0, 0] + bytes(UInt32(offsets64.count)) + offsets64.flatMap(bytes)))
}

private func nested(_ table: [UInt8]) -> [UInt8] {
    box("trak", box("tkhd", [9]) + box("mdia", box("minf", box("stbl", box("stsd", [7, 7]) + table))))
}
