import CFFmpeg
import Containers
import Findings
import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Chunk files") struct ChunkFileTests {
    /// The second chunk of a clip with audio.
    private let chunk: [UInt8]

    init() throws {
        let clip = try Clips.bytes("bikes")
        var settings = TranscodeSettings(encoder: EncoderSettings(preset: "ultrafast"), threads: 2)
        settings.chunking = .frames(20)
        let plan = try TranscodePlan(MemorySource(clip), settings, cancellation: Cancellation())
        let sink = MemorySink()
        _ = try ChunkEncoding(MemorySource(clip), plan, chunk: 1, settings, cancellation: Cancellation()).run(
            into: sink)
        chunk = sink.bytes
    }

    private func read(_ bytes: [UInt8]) throws -> (units: Int, packets: Int) {
        let reader = try ChunkReader(MemorySource(bytes))
        var (units, packets) = (0, 0)
        while let unit = try reader.next() {
            switch unit {
            case .accessUnit: units += 1
            case .copied: packets += 1
            case .read: Issue.record("a mark is in no file")
            }
        }
        return (units, packets)
    }

    @Test("A file gives back what was written") func roundTrip() throws {
        let found = try read(chunk)
        let facts = try ChunkReader(MemorySource(chunk)).facts
        #expect(found.units == facts.frames && found.units > 0 && found.packets == 0)
        #expect(facts.seams.head.count == 12 && facts.seams.tail.count == 12)
    }

    @Test("Who encoded a chunk is stored with it, after everything else") func maker() throws {
        let clip = try Clips.bytes("bikes")
        var settings = TranscodeSettings(encoder: EncoderSettings(preset: "ultrafast"), threads: 2)
        settings.chunking = .frames(20)
        let plan = try TranscodePlan(MemorySource(clip), settings, cancellation: Cancellation())
        var maker = ChunkMaker(
            worker: "w", isHelper: true, job: "7f:1", attempt: 2, vCPUs: 0.5, memoryBytes: 1 << 30)
        maker.elapsed = 20
        let sink = MemorySink()
        _ = try ChunkEncoding(MemorySource(clip), plan, chunk: 1, settings, cancellation: Cancellation()).run(
            into: sink, maker: { maker })
        let reader = try ChunkReader(MemorySource(sink.bytes))
        #expect(reader.facts.maker == maker)
        #expect(try ChunkReader(MemorySource(chunk)).facts.maker == nil)
        // The facts' position is in the tail.
        let position = chunk.suffix(ChunkFormat.tailSize).prefix(8).reduce(0) { $0 << 8 | Int($1) }
        #expect(position > chunk.count / 10 && sink.bytes.prefix(position) == chunk.prefix(position))
    }

    @Test("A packet keeps its timestamps, flags and side data") func sideData() throws {
        let packet = try Packet.copying([1, 2, 3][...])
        (packet.pointer.pointee.pts, packet.pointer.pointee.dts) = (-5, reelpress_no_pts)
        (packet.pointer.pointee.duration, packet.pointer.pointee.flags) = (7, AV_PKT_FLAG_DISCARD)
        packet.streamIndex = 3
        let side = av_packet_new_side_data(packet.pointer, AV_PKT_DATA_SKIP_SAMPLES, 10)
        for index in 0..<10 { side?[index] = UInt8(index) }
        let sink = MemorySink()
        let reader = try ChunkReader(MemorySource(chunk))
        var writer = try ChunkWriter(reader.header, into: sink)
        try writer.add(.copied(packet))
        try writer.finish(reader.facts)
        let written = try ChunkReader(MemorySource(sink.bytes))
        guard case .copied(let copy)? = try written.next() else {
            Issue.record("no packet")
            return
        }
        let fields = copy.pointer.pointee
        #expect(fields.pts == -5 && fields.dts == reelpress_no_pts && fields.duration == 7 && fields.size == 3)
        #expect(fields.flags == AV_PKT_FLAG_DISCARD && copy.streamIndex == 3 && fields.side_data_elems == 1)
        #expect(fields.side_data[0].type == AV_PKT_DATA_SKIP_SAMPLES && fields.side_data[0].data[9] == 9)
    }

    @Test("Copied packets are where they are in the source, however late access units come")
    func order() throws {
        func file(_ units: [Int64?]) throws -> [UInt8] {
            let sink = MemorySink()
            let header = try ChunkReader(MemorySource(chunk)).header
            var writer = try ChunkWriter(header, into: sink)
            for time in units {
                // A negative number is an access unit, nil a copied packet.
                switch time {
                case nil: try writer.add(.copied(Packet.copying([9][...])))
                case let time? where time < 0:
                    let packet = try Packet.copying([8][...])
                    packet.pointer.pointee.pts = -time
                    try writer.add(.accessUnit(AccessUnit(packet)))
                case let time?: try writer.add(.read(time))
                }
            }
            try writer.finish(try ChunkReader(MemorySource(chunk)).facts)
            return sink.bytes
        }
        // Read 1, audio, read 3, read 2 (a B-frame), audio, read 4.
        let early = try file([1, -1, nil, 3, 2, -2, -3, nil, 4, -4])
        let late = try file([1, nil, 3, 2, nil, 4, -1, -2, -3, -4])
        #expect(early == late)
    }

    @Test("Every damaged byte, and every truncation, is an error", arguments: 0..<40)
    func damage(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var bytes = chunk
        if seed % 4 == 0 {
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        } else {
            bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
        }
        #expect(throws: DamagedChunk.self) { try read(bytes) }
    }
}
