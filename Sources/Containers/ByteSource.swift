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

extension ByteSource {
    /// Reads `count` bytes from `offset` on, or what there is of them before the end.
    ///
    /// - Throws: what kept it from reading.
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
