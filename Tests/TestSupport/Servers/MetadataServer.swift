import Synchronization

/// The metadata services of ECS, EKS and EC2, and STS: what credentials come from.
public final class MetadataServer: Sendable {
    /// What the service does at the moment.
    public enum Mode: Sendable {
        /// It answers.
        case working
        /// It answers 500.
        case failing
        /// It answers with this status and body.
        case refusing(Int, String)
    }

    private let server: ScriptedServer
    private let mode: Box

    private final class Box: Sendable {
        let value = Mutex(Mode.working)
    }

    /// Starts a service.
    ///
    /// - Parameters:
    ///   - token: what container requests must carry as `Authorization`; nil takes them without.
    ///   - expiration: when the keys that it gives out end, as ISO 8601.
    public init(token: String? = nil, expiration: String = "2099-01-01T00:00:00Z") {
        let mode = Box()
        self.mode = mode
        server = ScriptedServer { request in
            switch mode.value.withLock({ $0 }) {
            case .working: Self.answer(request, token: token, expiration)
            case .failing: .status(500)
            case .refusing(let status, let body): .status(status, body)
            }
        }
    }

    /// `http://127.0.0.1:port`.
    public var origin: String { server.origin }
    /// What it was asked.
    public var requests: [ScriptedRequest] { server.requests }
    /// Changes what it does.
    public func set(_ value: Mode) { mode.value.withLock { $0 = value } }

    private static func answer(_ request: ScriptedRequest, token: String?, _ end: String) -> ScriptedAnswer {
        let keys = { (name: String) in
            "{\"AccessKeyId\":\"\(name)\",\"SecretAccessKey\":\"secret of \(name)\",\"Token\":\"token of \(name)\","
                + "\"Expiration\":\"\(end)\",\"Code\":\"Success\"}"
        }
        switch (request.method, request.path) {
        case ("PUT", "/latest/api/token"):
            guard request["x-aws-ec2-metadata-token-ttl-seconds"] != nil else { return .status(400) }
            return .status(200, "imds-token")
        case ("GET", "/latest/meta-data/iam/security-credentials/"):
            guard request["x-aws-ec2-metadata-token"] == "imds-token" else { return .status(401) }
            return .status(200, "instance-role\n")
        case ("GET", "/latest/meta-data/iam/security-credentials/instance-role"):
            guard request["x-aws-ec2-metadata-token"] == "imds-token" else { return .status(401) }
            return .status(200, keys("INSTANCE"))
        case ("POST", "/"):
            return .status(
                200,
                "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                    + "<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>IDENTITY</AccessKeyId>"
                    + "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>\(end)</Expiration>"
                    + "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
            )
        case ("GET", let path) where path.hasPrefix("/container"):
            guard request["authorization"] == token else { return .status(403, "{\"code\":\"AccessDenied\"}") }
            return .status(200, keys("CONTAINER"))
        default: return .status(404)
        }
    }
}
