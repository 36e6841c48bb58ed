import Containers
import Findings
import TestSupport
import Testing

@testable import Media

/// Plays a muxer that writes ftyp, a placeholder and mdat, then data, then patches mdat's size and adds moov.
@Suite("Faststart layout") struct FaststartLayoutTests {
    private let fileType = box("ftyp", Array("isom".utf8))
    private let data = [UInt8](0..<200)

    private var headers: [UInt8] { fileType + box("free", []) + [0, 0, 0, 0] + Array("mdat".utf8) }
    private var patched: [UInt8] { fileType + box("free", []) + bytes(UInt32(208)) + Array("mdat".utf8) }
    private var patchedAfterFileType: [UInt8] { Array(patched[fileType.count...]) }

    private func movie(_ offset: Int) -> [UInt8] {
        box("moov", box("trak", box("mdia", box("minf", box("stbl", table(offset))))))
    }

    private func table(_ offset: Int) -> [UInt8] {
        box("stco", bytes(UInt32(0)) + bytes(UInt32(1)) + bytes(UInt32(offset)))
    }

    private func play(reserve: UInt64, window: Int, into sink: MemorySink) throws -> Bool {
        var layout = FaststartLayout(sink, container: .mp4, reserve: reserve, window: window)
        try write(headers, at: 0, &layout)
        try layout.headersAreWritten()
        for start in stride(from: 0, to: 150, by: 50) {
            try write(Array(data[start..<start + 50]), at: headers.count + start, &layout)
        }
        layout.packetsAreWritten()
        // The last data come after the last packet: the muxer ends a subtitle when it ends the file.
        try write(Array(data[150...]), at: headers.count + 150, &layout)
        try write(bytes(UInt32(208)), at: headers.count - 8, &layout)
        let end = headers.count + data.count
        let index = movie(headers.count)
        // Muxers write a box with size 0 and come back for it.
        try write([0, 0, 0, 0] + Array(index[4...]), at: end, &layout)
        try write(Array(index[..<4]), at: end, &layout)
        return try layout.finish().structure.isFaststart
    }

    private func write(_ bytes: [UInt8], at offset: Int, _ layout: inout FaststartLayout) throws {
        try bytes.withUnsafeBytes { try layout.write($0, at: UInt64(offset)) }
    }

    @Test("A small output has its moov first, without padding") func small() throws {
        let sink = MemorySink()
        #expect(try play(reserve: 1000, window: 200, into: sink))
        let size = movie(0).count
        #expect(sink.bytes == fileType + movie(headers.count + size) + patchedAfterFileType + data)
        #expect(sink.violations.isEmpty && sink.headCapacity == UInt64(headers.count + size))
    }

    @Test("A large output keeps the space that was reserved for moov") func large() throws {
        let sink = MemorySink()
        #expect(try play(reserve: 1000, window: 60, into: sink))
        let index = movie(headers.count + 1000)
        let slack = box("free", [UInt8](repeating: 0, count: 1000 - index.count - 8))
        #expect(sink.bytes == fileType + index + slack + patchedAfterFileType + data)
        #expect(sink.violations.isEmpty)
    }

    @Test("A reserved space of exactly moov's size needs no padding") func exact() throws {
        let sink = MemorySink()
        let size = movie(0).count
        #expect(try play(reserve: UInt64(size), window: 0, into: sink))
        #expect(sink.bytes == fileType + movie(headers.count + size) + patchedAfterFileType + data)
    }

    @Test("Padding too small for a box puts moov last", arguments: [1, 7])
    func smallPadding(slack: Int) throws {
        let sink = MemorySink()
        #expect(try !play(reserve: UInt64(movie(0).count + slack), window: 0, into: sink))
        #expect(sink.violations.isEmpty)
    }

    @Test("A moov that doesn't fit comes last and can be moved to the front") func moved() throws {
        let sink = MemorySink()
        #expect(try !play(reserve: 20, window: 0, into: sink))
        let room = box("free", [UInt8](repeating: 0, count: 12))
        let index = movie(headers.count + 20)
        #expect(sink.bytes == fileType + room + patchedAfterFileType + data + index)
        #expect(sink.violations.isEmpty)

        let moved = MemorySink()
        try Faststart.copy(MemorySource(sink.bytes), to: moved)
        let mediaData = patched[(fileType.count + 8)...] + data
        #expect(moved.bytes == fileType + movie(fileType.count + index.count + 8) + mediaData)
    }

    @Test("Matroska is written through, its headers patched") func matroska() throws {
        let sink = MemorySink()
        var layout = FaststartLayout(sink, container: .matroska, reserve: 1000, window: 10)
        try write([1, 1, 1, 1], at: 0, &layout)
        try layout.headersAreWritten()
        try write(data, at: 4, &layout)
        layout.packetsAreWritten()
        try write([5, 5], at: 204, &layout)
        try write([2], at: 1, &layout)
        #expect(try layout.finish().structure.isFaststart)
        #expect(sink.bytes == [1, 2, 1, 1] + data + [5, 5])
        #expect(sink.violations.isEmpty)
    }

    @Test("A muxer that seeks back into the media data is refused") func seeking() throws {
        var layout = FaststartLayout(MemorySink(), container: .matroska, reserve: 8, window: 0)
        try write([1], at: 0, &layout)
        try layout.headersAreWritten()
        try write([1, 2, 3], at: 1, &layout)
        #expect(throws: ReportedError.self) { try write([9], at: 2, &layout) }
        #expect(throws: ReportedError.self) { try write([9], at: 9, &layout) }
    }
}
