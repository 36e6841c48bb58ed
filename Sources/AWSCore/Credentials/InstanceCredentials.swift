import HTTP

/// The role of an EC2 instance by IMDSv2: "Use the Instance Metadata Service", Amazon EC2 User Guide.
struct InstanceCredentials: CredentialSource {
    private let origin: String
    private let http: HTTPClient

    init(_ environment: AWSEnvironment, http: HTTPClient) {
        origin =
            environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"].map { Endpoint(custom: $0).origin }
            ?? "http://169.254.169.254"
        self.http = http
    }

    func credentials() throws(AWSError) -> Credentials {
        let metadata = MetadataRequest(http: http, subject: "the instance's metadata service")
        let ask = HTTPRequest(
            .put,
            origin + "/latest/api/token",
            headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"]
        )
        let token = String(decoding: try metadata.send(ask), as: UTF8.self)
        let path = origin + "/latest/meta-data/iam/security-credentials/"
        let headers: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
        let roles = String(decoding: try metadata.send(HTTPRequest(.get, path, headers: headers)), as: UTF8.self)
        guard let role = roles.split(whereSeparator: \.isNewline).first else {
            throw AWSError(.credentials, message: "the instance has no role")
        }
        let answer = try metadata.send(HTTPRequest(.get, path + role, headers: headers))
        return try Credentials(metadata: answer, of: metadata.subject)
    }
}
