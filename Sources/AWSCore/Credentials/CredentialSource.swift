/// Something that has keys.
public protocol CredentialSource: Sendable {
    /// The keys to sign with now. Called from any thread; may block.
    ///
    /// - Throws: `AWSError` of kind `credentials`.
    func credentials() throws(AWSError) -> Credentials

    /// Called when the service refused these keys as expired, so that they aren't used again.
    func invalidate(_ credentials: Credentials)
}

extension CredentialSource {
    /// Nothing to forget.
    public func invalidate(_ credentials: Credentials) {}
}

/// Keys that never change.
extension Credentials: CredentialSource {
    /// Itself.
    public func credentials() -> Credentials { self }
}
