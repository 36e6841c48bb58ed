/// What `x-amz-content-sha256` says about the body.
public enum PayloadHash: Sendable {
    /// The body's SHA-256, which the server compares with what arrives: a body corrupted on the way is refused.
    case signed
    /// Nothing. For bodies that can't be read twice, over TLS.
    case unsigned
}
