/// The head of a box of MP4 and QuickTime: what it is, how long it is and where its content begins.
///
/// Source: ISO/IEC 14496-12, 4.2 Object Structure.
public struct BoxHeader {
    public var kind: String
    /// Bytes of the whole box; 0 where it goes on to the end of what it is in.
    public var size: UInt64
    /// Bytes of the head itself.
    public var length: UInt64

    /// - Parameter bytes: the box's first 16, or all that there are.
    /// - Returns: nil for fewer than 8.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        kind = String(decoding: bytes[4..<8], as: UTF8.self)
        (size, length) = (number(0..<4), 8)
        if size == 1, bytes.count >= 16 { (size, length) = (number(8..<16), 16) }
    }
}
