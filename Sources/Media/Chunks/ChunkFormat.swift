import CFFmpeg
import Containers
import FoundationEssentials

/// The layout of a chunk's file, which is written from front to back and read by range:
///
///     magic, header record, records in demuxing order, facts record,
///     8 bytes position of the facts record, 4 bytes CRC-32 of all bytes before, magic
///
/// A record is 1 byte kind, 4 bytes length of its content, content. All numbers are big-endian.
public enum ChunkFormat {
    /// Files of another version are not read: it is part of a job's identity.
    public static let version = 3

    static let magic = Array("ReelpressChunk\n\u{1a}".utf8)
    static let tailSize = 8 + 4 + magic.count
    /// Bytes of a record: more than any access unit or packet that libavcodec makes.
    static let recordLimit = 1 << 30

    enum Kind: UInt8 {
        case header = 1
        case accessUnit = 2
        case copied = 3
        case facts = 4
    }

    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Array(try encoder.encode(value))
    }

    static func value<Value: Decodable>(_ type: Value.Type, json: ArraySlice<UInt8>) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json))
    }

    /// The error of a file that is not, or no longer, what a chunk's writer wrote.
    static func damaged(_ reason: String) -> DamagedChunk { DamagedChunk(reason: reason) }
}

/// A chunk's file is not, or no longer, what its writer wrote. `ChunkAssembly` asks for another.
struct DamagedChunk: Error, Sendable, Equatable {
    var reason: String
}

/// The bytes of a record's content.
struct RecordBytes {
    private(set) var bytes: [UInt8] = []

    mutating func add<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ other: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: other) }
}

/// Reads a record's content.
struct RecordReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// - Throws: `DamagedChunk` if the record is too short.
    mutating func next<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        let size = Value.bitWidth / 8
        let bytes = try take(size)
        return bytes.reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw ChunkFormat.damaged("a record is too short") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { rest = [] }
        return rest
    }
}
