/// Keys that sign requests. Their description shows no secret.
public struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The access key's id; not a secret.
    public var accessKeyID: String
    let secretAccessKey: String
    let sessionToken: String?
    /// When they end; nil for long-lived keys.
    public var expiration: Timestamp?

    /// Keys from the caller.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil)
    {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }

    /// The error without its words where they hold a secret: a server may echo what it was sent.
    func withoutSecrets(_ error: AWSError) -> AWSError {
        let secrets = [secretAccessKey, sessionToken].compactMap(\.self).filter { !$0.isEmpty }
        let forms = secrets + secrets.map { PercentEncoding.encode($0) }
        func clean(_ text: String) -> String {
            forms.contains { text.containsSubstring($0) } ? "(left out, for it holds a secret)" : text
        }
        var error = error
        error.code = clean(error.code)
        error.message = clean(error.message)
        error.requestID = error.requestID.map(clean)
        return error
    }

    /// The id alone.
    public var description: String { "Credentials(\(accessKeyID))" }

    /// The id alone.
    public var debugDescription: String { description }

    /// The id alone, for `dump` and debuggers too.
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
