/// `moto_server` with its IAM checks on: it refuses what isn't signed rightly, and what the user's policy doesn't allow.
public struct CheckingMoto: Sendable {
    /// Started once for all tests.
    public static let shared = CheckingMoto()
    /// Buckets that are there from the start; some of them the user may not touch.
    public static let buckets = [
        "conditional", "multipart", "replacing", "orphans", "copies", "parts", "aborted", "options", "signed",
        "forbidden",
    ]

    /// `http://127.0.0.1:port`.
    public var origin: String { server.origin }
    /// The port.
    public var port: UInt16 { server.port }
    /// Of the user who may do all with S3, except in the bucket `forbidden`, and with Batch.
    public let accessKey: String
    /// Of the same user.
    public let secretKey: String
    private let server: ServerProcess

    private init() {
        server = ServerProcess("exec '\(Tool.path("moto_server"))' -H 127.0.0.1 -p 0")
        let port = server.port
        for bucket in Self.buckets { Self.set(port, "PUT", "/" + bucket, service: "s3") }
        Self.set(port, "POST", "/moto-api/config", service: "moto", #"{"batch":{"use_docker":false}}"#)
        func iam(_ query: String) -> String {
            Self.set(port, "POST", "/", service: "iam", "Version=2010-05-08&" + query)
        }
        _ = iam("Action=CreateUser&UserName=worker")
        let key = iam("Action=CreateAccessKey&UserName=worker")
        accessKey = Self.element("AccessKeyId", of: key)
        secretKey = Self.element("SecretAccessKey", of: key)
        let policy = """
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":["s3:*","batch:*"],"Resource":"*"},
            {"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::forbidden","arn:aws:s3:::forbidden/*"]}]}
            """
        _ = iam("Action=PutUserPolicy&UserName=worker&PolicyName=p&PolicyDocument=\(Self.encode(policy))")
        _ = iam("Action=CreateRole&RoleName=role&AssumeRolePolicyDocument=%7B%7D")
        let role = "arn:aws:iam::123456789012:role/role"
        for (path, body) in [
            (
                "createcomputeenvironment",
                #"{"computeEnvironmentName":"compute","type":"UNMANAGED","state":"ENABLED","serviceRole":"\#(role)"}"#
            ),
            (
                "createjobqueue",
                #"{"jobQueueName":"queue","state":"ENABLED","priority":1,"computeEnvironmentOrder":"#
                    + #"[{"order":1,"computeEnvironment":"compute"}]}"#
            ),
            (
                "registerjobdefinition",
                #"{"jobDefinitionName":"definition","type":"container","containerProperties":"#
                    + #"{"image":"busybox","vcpus":1,"memory":128,"command":["true"]}}"#
            ),
        ] {
            Self.set(port, "POST", "/v1/" + path, service: "batch", body)
        }
        // From here on every request is checked.
        Self.set(port, "POST", "/moto-api/reset-auth", service: "moto", "0")
    }

    /// Status of a request that carries no signature at all.
    public func statusWithoutSignature(_ method: String, _ path: String) -> Int {
        PlainRequest.send(method, port, path).status
    }

    @discardableResult
    private static func set(_ port: UInt16, _ method: String, _ path: String, service: String, _ body: String = "")
        -> String
    {
        let type =
            switch service {
            case "iam": "application/x-www-form-urlencoded"
            case "batch": "application/json"
            default: "text/plain"
            }
        let answer = PlainRequest.send(
            method,
            port,
            path,
            headers: [
                "Content-Type: \(type)",
                "Authorization: AWS4-HMAC-SHA256 Credential=X/20260101/us-east-1/\(service)/aws4_request, "
                    + "SignedHeaders=host, Signature=x",
            ],
            body
        )
        precondition(200..<300 ~= answer.status, "moto refuses \(method) \(path): \(answer)")
        return answer.body
    }

    private static func element(_ name: String, of text: String) -> String {
        let parts = text.split(separator: "<\(name)>", maxSplits: 1)
        return parts.count == 2 ? String(parts[1].prefix { $0 != "<" }) : ""
    }

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = 97...122 ~= byte || 65...90 ~= byte || 48...57 ~= byte
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
