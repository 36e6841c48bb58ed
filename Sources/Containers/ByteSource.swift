/// The source's bytes: one object of known size, read at random offsets.
///
/// Used from one thread at a time.
public protocol ByteSource: AnyObject, Sendable {
    /// Bytes in the object.
    var size: UInt64 { get }

    /// Reads at least one byte at `offset`, unless the object ends there.
    ///
    /// - Returns: the number of bytes read, at most `buffer.count`; 0 only at the end of the object.
    /// - Throws: the reason why it can't be read; the transcode ends with that very error.
    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// Says that little is read after `offset`, so that a source that reads ahead of its reader need not.
    func limitReadAhead(to offset: UInt64)
}

extension ByteSource {
    public func limitReadAhead(to offset: UInt64) {}

    /// Reads `count` bytes at `offset`, or fewer if the object ends before.
    ///
    /// - Throws: what `read` throws.
    public func bytes(at offset: UInt64, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try bytes.withUnsafeMutableBytes { buffer in
                try read(at: offset + UInt64(filled), into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            if got == 0 { return Array(bytes[..<filled]) }
            filled += got
        }
        return bytes
    }
}

/// The destination of the output's bytes: appended in order, except that the head may be written last.
///
/// Used from one thread at a time. Its owner publishes the result.
public protocol ByteSink: AnyObject, Sendable {
    /// Writes all of `bytes` at `offset`.
    ///
    /// `offset` is the end of the bytes written so far, except in the head: the first bytes, as many as `reserveHead`
    /// was given, may be omitted and written later, in any order.
    ///
    /// - Throws: the reason why it can't be written; the transcode ends with that very error.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws

    /// Called once, before the first write.
    ///
    /// - Parameter capacity: bytes of the head.
    func reserveHead(capacity: UInt64) throws
}
