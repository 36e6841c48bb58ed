extension Collection where Element == UInt8 {
    /// The unsigned integer of at most 8 bytes, most significant byte first.
    @inlinable
    public var bigEndianValue: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }
}

extension BidirectionalCollection where Element == UInt8 {
    /// The unsigned integer of at most 8 bytes, least significant byte first.
    @inlinable
    public var littleEndianValue: UInt64 { reversed().bigEndianValue }
}
