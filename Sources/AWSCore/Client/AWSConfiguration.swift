public import HTTP

/// What every client needs, made once from the environment.
public struct AWSConfiguration: Sendable {
    /// The region, such as `eu-central-1`.
    public var region: String
    /// Where keys come from.
    public var credentials: any CredentialSource
    /// How failed calls are repeated.
    public var retry: RetryPolicy
    /// Limits on standing still.
    public var timeouts: HTTPTimeouts
    private var endpoints: [String: String] = [:]

    /// Settings of the caller.
    ///
    /// - Parameter endpoint: an origin such as `http://127.0.0.1:9000` for every service; nil for AWS's own.
    public init(
        region: String, credentials: any CredentialSource, endpoint: String? = nil, retry: RetryPolicy = RetryPolicy(),
        timeouts: HTTPTimeouts = HTTPTimeouts()
    ) {
        self.region = region
        self.credentials = credentials
        self.retry = retry
        self.timeouts = timeouts
        endpoints[""] = endpoint
    }

    /// Settings of the environment and the shared files: `AWS_REGION`, `AWS_DEFAULT_REGION`, `AWS_PROFILE`,
    /// `AWS_ENDPOINT_URL` and its `_S3` and `_BATCH` forms, `AWS_MAX_ATTEMPTS`.
    ///
    /// - Parameters:
    ///   - retry: as far as `AWS_MAX_ATTEMPTS` doesn't change it.
    ///   - timeouts: of requests.
    /// - Throws: a configuration error where no region is known, `AWS_MAX_ATTEMPTS` is no positive number or an endpoint is no
    ///   URL.
    public init(
        _ environment: AWSEnvironment = .process, retry: RetryPolicy = RetryPolicy(),
        timeouts: HTTPTimeouts = HTTPTimeouts()
    ) throws(AWSError) {
        let profile = Profile(environment)
        guard let region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? profile?["region"] else {
            throw AWSError(.configuration, message: "no region: set AWS_REGION")
        }
        var retry = retry
        if let text = environment["AWS_MAX_ATTEMPTS"] ?? profile?["max_attempts"] {
            guard let count = Int(text), count > 0 else {
                throw AWSError(.configuration, message: "AWS_MAX_ATTEMPTS is \(text), which is no positive number")
            }
            retry.maxAttempts = count
        }
        self.init(
            region: region,
            credentials: CredentialCache(CredentialChain(environment, profile: profile, region: region)), retry: retry,
            timeouts: timeouts)
        guard Endpoint.isRegion(region) else {
            throw AWSError(.configuration, message: "the region is \(region.debugDescription), which can't be one")
        }
        endpoints[""] = try Self.origin(environment["AWS_ENDPOINT_URL"] ?? profile?["endpoint_url"], "AWS_ENDPOINT_URL")
        for service in ["s3", "batch"] {
            let name = "AWS_ENDPOINT_URL_\(service.uppercased())"
            endpoints[service] = try Self.origin(environment[name], name)
        }
    }

    private static func origin(_ text: String?, _ name: String) throws(AWSError) -> String? {
        if let text, !Endpoint.isOrigin(text) {
            throw AWSError(.configuration, message: "\(name) is \(text), but must start with http:// or https://")
        }
        return text
    }

    /// The service's endpoint in a region.
    func endpoint(_ service: String, region: String) -> Endpoint {
        if let custom = endpoints[service] ?? endpoints[""] { return Endpoint(custom: custom) }
        return Endpoint(service: service, region: region)
    }
}
