/// What a request sends. Every kind can be sent again from its start, so that a request may be repeated.
public enum HTTPBody {
    /// No body and no `Content-Length`.
    case none
    /// Bytes that the body owns.
    case bytes([UInt8])
    /// Bytes that stay valid and unchanged until the request has ended; they are not copied.
    case borrowed(UnsafeRawBufferPointer)
    /// `length` bytes that are asked for as they are sent: `read` fills the buffer from the offset and returns how many
    /// bytes it wrote (at least one).
    case stream(length: UInt64, read: (_ offset: UInt64, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int)

    /// The length in bytes.
    public var length: UInt64 {
        switch self {
        case .none: 0
        case .bytes(let bytes): UInt64(bytes.count)
        case .borrowed(let bytes): UInt64(bytes.count)
        case .stream(let length, _): length
        }
    }
}
