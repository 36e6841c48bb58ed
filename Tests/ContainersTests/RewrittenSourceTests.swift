import TestSupport
import Testing

@testable import Containers

@Suite("Rewritten sources") struct RewrittenSourceTests {
    private func file(_ extensions: [UInt8]) -> [UInt8] {
        let entry = box("avc1", [UInt8](repeating: 0, count: 78) + extensions)
        let table = box("stsd", [UInt8](repeating: 0, count: 8) + entry)
        let track = box("trak", box("mdia", box("minf", box("stbl", table))))
        return box("mdat", Array("clap".utf8)) + box("moov", track + track)
    }

    @Test("The clean apertures of all tracks are hidden") func allTracks() throws {
        let pasp = box("pasp", [0, 0, 0, 1, 0, 0, 0, 1])
        let aperture = [UInt8](repeating: 0, count: 32)
        let source = MemorySource(file(pasp + box("clap", aperture)))
        let renamed = try #require(try RewrittenSource(hidingCleanAperturesOf: source))
        #expect(try renamed.bytes(at: 0, Int(source.size)) == file(pasp + box("free", aperture)))
        // Also where a read begins or ends in the middle of a name.
        let bytewise = try (0..<source.size).flatMap { try renamed.bytes(at: $0, 1) }
        #expect(bytewise == file(pasp + box("free", aperture)))
    }

    @Test("Other boxes stay as they are") func others() throws {
        #expect(try RewrittenSource(hidingCleanAperturesOf: MemorySource(file([]))) == nil)
        #expect(try RewrittenSource(hidingCleanAperturesOf: MemorySource(Array("clap clap clap".utf8))) == nil)
    }

    /// mvhd, mehd, tkhd and mdhd of one track, whose durations are `duration`.
    private func movie(version: UInt8, duration: [UInt8], other: [UInt8]) -> [UInt8] {
        let short = [UInt8](repeating: 1, count: version == 1 ? 8 : 4)
        let start = [version, 0, 0, 0]
        let times = short + short + [0, 0, 0, 9]
        let extends = box("mvex", box("mehd", start + duration))
        let header = box("tkhd", start + times + [0, 0, 0, 0] + duration + [UInt8](repeating: 0xFF, count: 60))
        let media = box("mdia", box("mdhd", start + times + duration + [0xFF, 0xFF, 0, 0]))
        let movie = box("mvhd", start + times + other + [UInt8](repeating: 0xFF, count: 80))
        return box("free", [0xFF, 0xFF, 0xFF, 0xFF]) + box("moov", movie + box("trak", header + media) + extends)
    }

    @Test("Durations that cannot be determined become 0", arguments: [UInt8(0), 1])
    func unknownDurations(version: UInt8) throws {
        let width = version == 1 ? 8 : 4
        let (unknown, zero) = ([UInt8](repeating: 0xFF, count: width), [UInt8](repeating: 0, count: width))
        let known = [UInt8](repeating: 0xFF, count: width - 1) + [0xFE]
        let source = MemorySource(movie(version: version, duration: unknown, other: known))
        let cleared = try #require(try RewrittenSource(clearingUnknownDurationsOf: source))
        #expect(
            try cleared.bytes(at: 0, Int(source.size)) == movie(version: version, duration: zero, other: known))
        let all = MemorySource(movie(version: version, duration: known, other: unknown))
        let movieOnly = try #require(try RewrittenSource(clearingUnknownDurationsOf: all))
        #expect(
            try movieOnly.bytes(at: 0, Int(all.size)) == movie(version: version, duration: known, other: zero))
        let none = MemorySource(movie(version: version, duration: known, other: known))
        #expect(try RewrittenSource(clearingUnknownDurationsOf: none) == nil)
    }

    @Test("A parser skips the hidden boxes") func skipping() throws {
        let boxes = [box("ftyp", [1]), box("moof", [2]), box("mdat", [3, 4, 5]), box("moof", [6]), box("mdat", [7])]
        let source = MemorySource(boxes.flatMap(\.self))
        let hidden = UInt64(boxes[0].count)..<UInt64(boxes[..<3].flatMap(\.self).count)
        let shown = try #require(RewrittenSource(skipping: hidden, of: source))
        var walk = BoxWalk(0..<shown.size, of: shown)
        var types: [String] = []
        while let box = try walk.nextWhole() { types.append(box.type) }
        #expect(types == ["ftyp", "free", "moof", "mdat"] && walk.rest == 0)
        #expect(RewrittenSource(skipping: 9..<24, of: source) == nil)
    }

    private func sound(_ type: String, _ boxes: [UInt8]) -> [UInt8] {
        let table = box("stsd", [UInt8](repeating: 0, count: 8) + box(type, [UInt8](repeating: 0, count: 28) + boxes))
        return box("moov", box("trak", box("mdia", box("minf", box("stbl", table)))))
    }

    @Test(
        "Uncompressed audio gets QuickTime's names",
        arguments: [
            ("ipcm", 0, 16, "twos"), ("ipcm", 1, 16, "sowt"), ("ipcm", 0, 24, "in24"), ("ipcm", 1, 32, "in32"),
            ("fpcm", 1, 32, "fl32"), ("fpcm", 0, 64, "fl64"), ("ipcm", 0, 12, nil), ("mp4a", 1, 16, nil),
        ] as [(String, UInt8, UInt8, String?)])
    func uncompressedAudio(type: String, flags: UInt8, bits: UInt8, name: String?) throws {
        let format: [UInt8] = [0, 0, 0, 0, flags, bits]
        let source = MemorySource(sound(type, box("btrt", [1]) + box("pcmC", format)))
        let named = try RewrittenSource(namingUncompressedAudioOf: source)
        let bytes = try named?.bytes(at: 0, Int(source.size))
        let order = flags == 1 ? box("enda", [0, 1, 0, 0, flags, bits]) : box("free", format)
        #expect(bytes == name.map { sound($0, box("btrt", [1]) + order) })
    }

    @Test("Fragments after the headers are not looked at") func headersOnly() throws {
        let headers = movie(version: 0, duration: [0, 0, 0, 9], other: [0, 0, 0, 9])
        let source = ReadLimit(headers + box("moof", []) + box("mdat", []), at: UInt64(headers.count))
        #expect(try RewrittenSource(clearingUnknownDurationsOf: source) == nil)
        #expect(throws: ReadLimit.Exceeded.self) { try source.bytes(at: source.limit, 1) }
    }
}

/// Bytes that can be read up to a limit.
private final class ReadLimit: ByteSource {
    struct Exceeded: Error {}

    private let inner: MemorySource
    let limit: UInt64

    init(_ bytes: [UInt8], at limit: UInt64) { (inner, self.limit) = (MemorySource(bytes), limit) }

    var size: UInt64 { inner.size }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard offset < limit else { throw Exceeded() }
        return try inner.read(at: offset, into: buffer)
    }
}
