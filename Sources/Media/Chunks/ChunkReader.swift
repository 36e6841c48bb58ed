import CFFmpeg
import Containers
import Findings

/// Reads a chunk's file: the facts at once, the records one after the other.
///
/// The file may be anybody's: nothing of it is believed that its checksum does not cover, and no length leads out of it.
final class ChunkReader {
    let header: ChunkHeader
    private(set) var facts: ChunkFacts
    private let source: any ByteSource
    private let end: UInt64
    private var position: UInt64
    private var block: [UInt8] = []
    private var blockStart: UInt64 = 0
    private var checksum: UInt32
    private let expectedChecksum: UInt32
    private var checked: UInt64 = 0

    private static let blockSize = 1 << 20

    /// - Throws: `DamagedChunk` for a file that no writer finished; the source's error.
    init(_ source: any ByteSource) throws {
        let magic = ChunkFormat.magic
        let size = source.size
        guard size > UInt64(magic.count + ChunkFormat.tailSize) else { throw ChunkFormat.damaged("it is too short") }
        let tail = try source.bytes(at: size - UInt64(ChunkFormat.tailSize), ChunkFormat.tailSize)
        guard tail.count == ChunkFormat.tailSize, tail.suffix(magic.count).elementsEqual(magic),
            try source.bytes(at: 0, magic.count) == magic
        else { throw ChunkFormat.damaged("it was never finished") }
        var numbers = RecordReader(tail)
        let factsPosition = try numbers.next(UInt64.self)
        expectedChecksum = try numbers.next(UInt32.self)
        (self.source, position, checksum) = (source, UInt64(magic.count), .max)
        end = size - UInt64(ChunkFormat.tailSize)
        guard factsPosition >= position, factsPosition < end else { throw ChunkFormat.damaged("its facts are missing") }
        let facts = try Self.record(of: source, at: factsPosition, end: end)
        guard facts.kind == .facts else { throw ChunkFormat.damaged("its facts are missing") }
        let first = try Self.record(of: source, at: position, end: end)
        guard first.kind == .header else { throw ChunkFormat.damaged("its header is missing") }
        do {
            self.facts = try ChunkFormat.value(ChunkFacts.self, json: facts.content[...])
            header = try ChunkFormat.value(ChunkHeader.self, json: first.content[...])
        } catch is DecodingError {
            throw ChunkFormat.damaged("its facts can't be read")
        }
        guard header.version == ChunkFormat.version else { throw ChunkFormat.damaged("it has another version") }
    }

    private static func record(
        of source: any ByteSource, at position: UInt64, end: UInt64
    ) throws -> (kind: ChunkFormat.Kind?, content: [UInt8]) {
        var head = RecordReader(try source.bytes(at: position, 5))
        let (kind, length) = (try head.next(UInt8.self), Int(try head.next(UInt32.self)))
        guard length <= ChunkFormat.recordLimit, position + 5 + UInt64(length) <= end else {
            throw ChunkFormat.damaged("a record leads out of it")
        }
        return (ChunkFormat.Kind(rawValue: kind), try source.bytes(at: position + 5, length))
    }

    /// The facts' snapshots, which are not kept: those of all chunks would be much.
    func takeSnapshots() -> Snapshots? { facts.statistics.snapshots.take() }

    /// The next unit; nil after the last.
    ///
    /// - Throws: `DamagedChunk`; the source's error.
    func next() throws -> CodedUnit? {
        while true {
            var head = RecordReader(try read(5))
            let (kind, length) = (try head.next(UInt8.self), Int(try head.next(UInt32.self)))
            guard length <= ChunkFormat.recordLimit, position + UInt64(length) <= end else {
                throw ChunkFormat.damaged("a record leads out of it")
            }
            let content = try read(length)
            switch ChunkFormat.Kind(rawValue: kind) {
            case .header: continue
            case .accessUnit: return .accessUnit(try Self.accessUnit(content))
            case .copied: return .copied(try Self.copied(content))
            case .facts:
                // The readers of all chunks live until the output is finished.
                block = []
                try verifyChecksum()
                return nil
            case nil: throw ChunkFormat.damaged("a record of unknown kind")
            }
        }
    }

    private func verifyChecksum() throws {
        // It covers the position of the facts, too.
        check(try source.bytes(at: end, 8)[...])
        guard checksum == expectedChecksum else { throw ChunkFormat.damaged("its checksum differs") }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        guard position + UInt64(count) <= end else { throw ChunkFormat.damaged("it ends early") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let offset = Int(position - blockStart)
            if offset >= block.count {
                blockStart = position
                block = try source.bytes(at: position, Int(min(UInt64(Self.blockSize), end - position)))
                guard !block.isEmpty else { throw ChunkFormat.damaged("it ends early") }
                continue
            }
            let part = block[offset..<min(block.count, offset + count - bytes.count)]
            bytes += part
            position += UInt64(part.count)
        }
        check(bytes[...])
        return bytes
    }

    private func check(_ bytes: ArraySlice<UInt8>) {
        let table = av_crc_get_table(AV_CRC_32_IEEE_LE)
        if checked == 0 { checksum = av_crc(table, checksum, ChunkFormat.magic, ChunkFormat.magic.count) }
        checked += UInt64(bytes.count)
        checksum = bytes.withUnsafeBufferPointer { av_crc(table, checksum, $0.baseAddress, $0.count) }
    }

    private static func accessUnit(_ content: [UInt8]) throws -> AccessUnit {
        var reader = RecordReader(content)
        let (time, duration) = (try reader.next(Int64.self), try reader.next(Int64.self))
        let flags = try reader.next(Int32.self)
        let (hasChecksum, checksum) = (try reader.next(UInt8.self), try reader.next(UInt32.self))
        let count = Int(try reader.next(UInt32.self))
        guard count == 0 || count == LumaSignature.columns * LumaSignature.rows else {
            throw ChunkFormat.damaged("a frame's signature has another size")
        }
        let cells = try (0..<count).map { _ in Float(bitPattern: try reader.next(UInt32.self)) }
        let packet = try Packet.copying(reader.takeRest())
        packet.pointer.pointee.pts = time
        packet.pointer.pointee.duration = duration
        packet.pointer.pointee.flags = flags
        var unit = AccessUnit(packet)
        if hasChecksum != 0 { unit.proof.reconstructionCRC = checksum }
        if count > 0 { unit.proof.signature = LumaSignature(cells: cells) }
        return unit
    }

    private static func copied(_ content: [UInt8]) throws -> Packet {
        var reader = RecordReader(content)
        let stream = try reader.next(Int32.self)
        let (time, decoding, duration) = (
            try reader.next(Int64.self), try reader.next(Int64.self), try reader.next(Int64.self)
        )
        let (flags, sides) = (try reader.next(Int32.self), try reader.next(Int32.self))
        var sideData: [(type: UInt32, data: [UInt8])] = []
        for _ in 0..<max(0, sides) {
            let (type, size) = (try reader.next(UInt32.self), Int(try reader.next(UInt32.self)))
            sideData.append((type, Array(try reader.take(size))))
        }
        let packet = try Packet.copying(reader.takeRest())
        let pointer = packet.pointer
        pointer.pointee.stream_index = stream
        (pointer.pointee.pts, pointer.pointee.dts, pointer.pointee.duration) = (time, decoding, duration)
        pointer.pointee.flags = flags
        for side in sideData {
            let type = AVPacketSideDataType(side.type)
            let bytes = try allocated(
                av_packet_new_side_data(pointer, type, side.data.count), "packet side data", .mux)
            bytes.update(from: side.data, count: side.data.count)
        }
        return packet
    }
}
