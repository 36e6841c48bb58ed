import HTTP

/// The role of an ECS task or EKS pod: "Container credential provider", AWS SDKs and Tools Reference Guide.
struct ContainerCredentials: CredentialSource {
    private static let trustedHosts: Set = ["localhost", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "[::1]"]
    private let url: String
    private let environment: AWSEnvironment
    private let http: HTTPClient

    /// - Returns: nil where the environment names no such service.
    /// - Throws: where it names one that must not see a token.
    init?(_ environment: AWSEnvironment, ecsOrigin: String, http: HTTPClient) throws(AWSError) {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            guard path.hasPrefix("/") else {
                throw AWSError(.credentials, message: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must start with a slash")
            }
            url = ecsOrigin + path
        } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            guard Self.isTrusted(full) else {
                throw AWSError(
                    .credentials,
                    message: "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, loopback or the address of ECS or EKS"
                )
            }
            url = full
        } else {
            return nil
        }
        self.environment = environment
        self.http = http
    }

    func credentials() throws(AWSError) -> Credentials {
        var request = HTTPRequest(.get, url, headers: ["Accept": "application/json"])
        request.headers["Authorization"] = try token()
        let metadata = MetadataRequest(http: http, subject: "the container's metadata service")
        return try Credentials(metadata: metadata.send(request), of: metadata.subject)
    }

    /// The file beats the variable and is read each time, for it is rotated.
    private func token() throws(AWSError) -> String? {
        let token: String?
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            guard let text = TextFile.read(path) else {
                throw AWSError(.credentials, message: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE can't be read")
            }
            token = text
        } else {
            token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        }
        guard token?.utf8.contains(where: { $0 == 10 || $0 == 13 }) != true else {
            throw AWSError(.credentials, message: "the container's authorization token holds a line break")
        }
        return token
    }

    static func isTrusted(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return true }
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst("http://".count).prefix { !"/?#\\".contains($0) }.lowercased()
        // `http://127.0.0.1@evil` names evil.
        guard !authority.contains("@") else { return false }
        let host =
            authority.hasPrefix("[")
            ? String(authority.prefix { $0 != "]" }) + "]" : String(authority.prefix { $0 != ":" })
        return trustedHosts.contains(host) || isLoopback(host)
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
