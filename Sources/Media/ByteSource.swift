/// Where the source's bytes come from: one object of known size, read at random.
///
/// Used from one thread at a time.
public protocol ByteSource: AnyObject, Sendable {
    /// Bytes in the object.
    var size: UInt64 { get }

    /// Reads some bytes from `offset` on.
    ///
    /// - Returns: how many bytes, at most `buffer.count`; 0 at the end of the object only.
    /// - Throws: what kept it from reading; the transcode ends with that very error.
    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}
