import HTTP

/// The sources in AWS's order: "Standardized credential providers", AWS SDKs and Tools Reference Guide. The first that
/// is set up counts: what it says in error is not hidden by a later one.
public struct CredentialChain: CredentialSource {
    private let environment: AWSEnvironment
    private let profile: Profile?
    private let region: String
    private let ecsOrigin: String
    // No proxy belongs between a container and its metadata, and a link-local address answers at once or never.
    private let http = HTTPClient(timeouts: HTTPTimeouts(connect: 2, stall: 2, total: 5), usesProxy: false)

    /// The chain of this environment.
    public init(_ environment: AWSEnvironment, region: String) {
        self.init(environment, profile: Profile(environment), region: region)
    }

    /// - Parameter ecsOrigin: where the container's relative URI leads.
    init(_ environment: AWSEnvironment, profile: Profile?, region: String, ecsOrigin: String = "http://169.254.170.2") {
        self.environment = environment
        self.profile = profile
        self.region = region
        self.ecsOrigin = ecsOrigin
    }

    /// Asks the first source that is set up.
    public func credentials() throws(AWSError) -> Credentials {
        let (id, secret) = (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
        if let keys = try Self.pair(id, secret, environment["AWS_SESSION_TOKEN"], in: "the environment") { return keys }
        if let source = WebIdentityCredentials(environment, profile: profile, region: region, http: http) {
            return try source.credentials()
        }
        if let profile, let credentials = try Self.credentials(of: profile) { return credentials }
        if environment["AWS_PROFILE"] != nil, profile == nil {
            throw AWSError(.credentials, message: "AWS_PROFILE names a profile that the shared files don't have")
        }
        if let source = try ContainerCredentials(environment, ecsOrigin: ecsOrigin, http: http) {
            return try source.credentials()
        }
        if environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" {
            throw AWSError(.credentials, message: "no credentials: no source is set up")
        }
        return try InstanceCredentials(environment, http: http).credentials()
    }

    /// Half a pair is a mistake that another source must not hide.
    private static func pair(
        _ id: String?, _ secret: String?, _ token: String?, in place: String
    ) throws(AWSError) -> Credentials? {
        if let id, let secret { return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token) }
        guard id == nil, secret == nil else {
            let missing = id == nil ? "access key's id" : "secret access key"
            throw AWSError(.credentials, message: "\(place) has no \(missing), but its other half")
        }
        return nil
    }

    private static func credentials(of profile: Profile) throws(AWSError) -> Credentials? {
        let (id, secret) = (profile["aws_access_key_id"], profile["aws_secret_access_key"])
        let place = "the profile \(profile.name)"
        if let keys = try pair(id, secret, profile["aws_session_token"], in: place) { return keys }
        for key in ["credential_process", "sso_session", "sso_start_url", "role_arn"] where profile[key] != nil {
            throw AWSError(
                .credentials,
                message: "the profile \(profile.name) uses \(key), which isn't supported: export keys instead "
                    + "(aws configure export-credentials)"
            )
        }
        return nil
    }
}
