/// Where the output's bytes go: appended in order, but for its head, which is written once more at the end.
///
/// Used from one thread at a time. Publishing what was written is the owner's business.
public protocol ByteSink: AnyObject, Sendable {
    /// Writes all of `bytes` at `offset`.
    ///
    /// `offset` is the end of what was written so far, except in the head: the first `headCapacity` bytes may be left
    /// out at first and written later, in any order.
    ///
    /// - Throws: what kept it from writing; the transcode ends with that very error.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws

    /// Told once, before the first write: how long the head is, in bytes, that may be written late.
    func reserveHead(capacity: UInt64) throws
}
