/// The header of a box of an ISO BMFF file: its type, its size and where its content begins.
///
/// Source: ISO/IEC 14496-12, 4.2 Object Structure.
public struct BoxHeader {
    /// Four characters.
    public var type: String
    /// Bytes of the whole box; 0 if it extends to the end of its parent.
    public var size: UInt64
    /// Bytes of the header.
    public var length: UInt64

    /// - Parameter bytes: the box's first 16 bytes, or fewer if the file ends there.
    /// - Returns: nil for fewer than 8 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        type = String(decoding: bytes[4..<8], as: UTF8.self)
        (size, length) = (bytes[0..<4].bigEndianValue, 8)
        if size == 1, bytes.count >= 16 { (size, length) = (bytes[8..<16].bigEndianValue, 16) }
    }
}

/// The sibling boxes in a byte range, in order; children are another walk.
///
/// Stops at the first box without a valid size. A box may extend beyond the range, as in a truncated file.
public struct BoxWalk<Failure: Error> {
    public struct Box {
        public var header: BoxHeader
        /// Offsets of the header and of the content.
        public var range: Range<UInt64>
        public var content: Range<UInt64>

        public var type: String { header.type }
    }

    /// Returns up to 16 bytes at an offset.
    private let read: (UInt64) throws(Failure) -> [UInt8]
    private let end: UInt64
    /// Where the next box begins, or where the walk stopped.
    public private(set) var offset: UInt64

    private init(_ range: Range<UInt64>, read: @escaping (UInt64) throws(Failure) -> [UInt8]) {
        (offset, end) = (range.lowerBound, range.upperBound)
        self.read = read
    }

    /// Bytes that were not walked over.
    public var rest: UInt64 { end > offset ? end - offset : 0 }

    /// - Throws: the source's error.
    public mutating func next() throws(Failure) -> Box? {
        guard rest >= 8, let header = BoxHeader(try read(offset)) else { return nil }
        let size = header.size == 0 ? rest : header.size
        guard size >= header.length, size < UInt64(Int64.max) else { return nil }
        let range = offset..<offset + size
        offset = range.upperBound
        return Box(header: header, range: range, content: range.lowerBound + header.length..<range.upperBound)
    }

    /// The next box, unless it extends beyond the range.
    public mutating func nextWhole() throws(Failure) -> Box? {
        let start = offset
        guard let box = try next() else { return nil }
        guard box.range.upperBound <= end else {
            offset = start
            return nil
        }
        return box
    }
}

extension BoxWalk where Failure == any Error {
    public init(_ range: Range<UInt64>, of source: any ByteSource) {
        self.init(range) { try source.bytes(at: $0, 16) }
    }
}

extension BoxWalk where Failure == Never {
    /// - Parameter range: a range of `bytes`; ranges of boxes are offsets in `bytes` too.
    public init(_ range: Range<Int>, of bytes: [UInt8]) {
        self.init(UInt64(range.lowerBound)..<UInt64(range.upperBound)) { offset in
            Array(bytes[Int(offset)..<min(Int(offset) + 16, range.upperBound)])
        }
    }
}
