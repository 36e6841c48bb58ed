/// Keys that sign requests. Their description shows no secret.
public struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The access key's id; not a secret.
    public var accessKeyID: String
    let secretAccessKey: String
    let sessionToken: String?
    /// When they end; nil for long-lived keys.
    public var expiration: Timestamp?

    /// Keys from the caller.
    public init(
        accessKeyID: String,
        secretAccessKey: String,
        sessionToken: String? = nil,
        expiration: Timestamp? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }

    /// The id alone.
    public var description: String { "Credentials(\(accessKeyID))" }

    /// The id alone.
    public var debugDescription: String { description }

    /// The id alone, for `dump` and debuggers too.
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
