import HTTP

/// A role by an OIDC token file: "AssumeRoleWithWebIdentity", AWS STS API Reference.
struct WebIdentityCredentials: CredentialSource {
    private let tokenFile: String
    private let role: String
    private let session: String
    private let origin: String
    private let http: HTTPClient

    /// - Returns: nil where neither environment nor profile names a token file and a role.
    init?(_ environment: AWSEnvironment, profile: Profile?, region: String, http: HTTPClient) {
        guard let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? profile?["web_identity_token_file"],
            let role = environment["AWS_ROLE_ARN"] ?? profile?["role_arn"]
        else { return nil }
        tokenFile = file
        self.role = role
        session = environment["AWS_ROLE_SESSION_NAME"] ?? profile?["role_session_name"] ?? "reelpress"
        let custom = environment["AWS_ENDPOINT_URL_STS"] ?? environment["AWS_ENDPOINT_URL"]
        origin = (custom.map { Endpoint(custom: $0) } ?? Endpoint(service: "sts", region: region)).origin
        self.http = http
    }

    func credentials() throws(AWSError) -> Credentials {
        guard let token = TextFile.read(tokenFile) else {
            throw AWSError(.credentials, message: "AWS_WEB_IDENTITY_TOKEN_FILE can't be read")
        }
        let form = PercentEncoding.encode([
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", session), ("WebIdentityToken", String(token.prefix { !$0.isNewline })),
        ])
        let request = HTTPRequest(
            .post,
            origin + "/",
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: .bytes(Array(form.utf8))
        )
        let answer = try MetadataRequest(http: http, subject: "STS").send(request)
        let keys = try? XMLParser.parse(answer).child("AssumeRoleWithWebIdentityResult")?.child("Credentials")
        guard let keys, let id = keys["AccessKeyId"], let secret = keys["SecretAccessKey"],
            let expiration = keys["Expiration"].flatMap(Timestamp.init(iso8601:))
        else { throw AWSError(.credentials, message: "the answer of STS holds no credentials") }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: keys["SessionToken"], expiration: expiration)
    }
}
