import CFFmpeg
import Containers

/// Writes a chunk's file as the chunk is encoded.
///
/// Copied packets are written where they are in the source: in front of the first access unit whose packet the demuxer
/// read after them. Threads make access units late and at varying moments; the file is the same each time.
struct ChunkWriter: ~Copyable {
    private var sink: any ByteSink
    private var buffer: [UInt8] = []
    private var position: UInt64 = 0
    private var checksum = UInt32.max
    /// What the demuxer read and no access unit has reached yet: copied packets, and PTS of the main video's packets.
    private var waiting: [Waiting] = []
    private(set) var times = TimestampDigest()

    private enum Waiting {
        case record([UInt8])
        case read(Int64)
    }

    /// Bytes that are collected before they are written.
    private static let blockSize = 256 << 10

    init(_ header: ChunkHeader, into sink: any ByteSink) throws {
        self.sink = sink
        try sink.reserveHead(capacity: 0)
        buffer = ChunkFormat.magic
        try write(Self.record(.header, ChunkFormat.json(header)))
    }

    /// Bytes so far.
    var byteCount: UInt64 { position + UInt64(buffer.count) }

    mutating func add(_ unit: consuming CodedUnit) throws {
        switch consume unit {
        case .read(let time): waiting.append(.read(time))
        case .copied(let packet): waiting.append(.record(Self.record(.copied, Self.content(packet))))
        case .accessUnit(let unit):
            let time = unit.packet.presentationTime ?? 0
            times.add(time)
            try writeCopied(upTo: time)
            try write(Self.record(.accessUnit, Self.content(unit)))
        }
    }

    /// Writes the copied packets up to the last packet of the main video that is not shown after `time`. All of these
    /// were read before that frame came out of the decoder, so that their number does not depend on timing.
    private mutating func writeCopied(upTo time: Int64) throws {
        let last = waiting.lastIndex { if case .read(let read) = $0 { read <= time } else { false } }
        guard let last else { return }
        for case .record(let record) in waiting[...last] { try write(record) }
        waiting.removeSubrange(...last)
    }

    /// Writes the rest and the facts.
    mutating func finish(_ facts: ChunkFacts) throws {
        for case .record(let record) in waiting { try write(record) }
        waiting = []
        var tail = RecordBytes()
        tail.add(byteCount)
        try write(Self.record(.facts, ChunkFormat.json(facts)))
        try write(tail.bytes)
        try flush()
        var end = RecordBytes()
        end.add(checksum)
        try write(end.bytes + ChunkFormat.magic)
        try flush()
    }

    private mutating func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= Self.blockSize { try flush() }
    }

    private mutating func flush() throws {
        let bytes = buffer
        checksum = av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), checksum, bytes, bytes.count)
        try bytes.withUnsafeBytes { try sink.write($0, at: position) }
        position += UInt64(bytes.count)
        buffer.removeAll(keepingCapacity: true)
    }

    private static func record(_ kind: ChunkFormat.Kind, _ content: [UInt8]) -> [UInt8] {
        var record = RecordBytes()
        record.add(kind.rawValue)
        record.add(UInt32(content.count))
        return record.bytes + content
    }

    private static func content(_ unit: borrowing AccessUnit) -> [UInt8] {
        var content = RecordBytes()
        let packet = unit.packet.pointer.pointee
        let cells = unit.isKeyframe ? unit.proof.signature?.cells ?? [] : []
        content.add(packet.pts)
        content.add(packet.duration)
        content.add(packet.flags)
        content.add(UInt8(unit.proof.reconstructionCRC == nil ? 0 : 1))
        content.add(unit.proof.reconstructionCRC ?? 0)
        content.add(UInt32(cells.count))
        for cell in cells { content.add(cell.bitPattern) }
        content.add(UnsafeBufferPointer(start: packet.data, count: Int(packet.size)))
        return content.bytes
    }

    private static func content(_ copied: borrowing Packet) -> [UInt8] {
        var content = RecordBytes()
        let packet = copied.pointer.pointee
        content.add(packet.stream_index)
        content.add(packet.pts)
        content.add(packet.dts)
        content.add(packet.duration)
        content.add(packet.flags)
        content.add(packet.side_data_elems)
        for index in 0..<Int(packet.side_data_elems) {
            let side = packet.side_data[index]
            content.add(side.type.rawValue)
            content.add(UInt32(side.size))
            content.add(UnsafeBufferPointer(start: side.data, count: side.size))
        }
        content.add(UnsafeBufferPointer(start: packet.data, count: Int(packet.size)))
        return content.bytes
    }
}
