import HTTP

/// Signature Version 4: "Create a signed AWS API request". Pure: time and credentials come from the caller.
struct SigV4 {
    var credentials: Credentials
    var region: String
    /// The signing name, such as `s3` or `batch`.
    var service: String
    var time: Timestamp

    /// Adds `x-amz-date`, the session token and `Authorization` to the request's headers.
    ///
    /// `host` and, for S3, `x-amz-content-sha256` must be there already.
    func sign(_ request: inout CanonicalRequest) {
        request.headers["x-amz-date"] = time.basic
        if let token = credentials.sessionToken { request.headers["x-amz-security-token"] = token }
        let scope = [date, region, service, "aws4_request"].joined(separator: "/")
        let text = ["AWS4-HMAC-SHA256", time.basic, scope, Hex.encode(SHA256.digest(request.text))].joined(
            separator: "\n")
        let signature = Hex.encode(SHA256.authenticate(text, key: signingKey))
        request.headers["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(request.signedHeaders), Signature=\(signature)"
    }

    private var date: String { String(time.basic.prefix(8)) }

    private var signingKey: [UInt8] {
        [date, region, service, "aws4_request"].reduce(Array("AWS4\(credentials.secretAccessKey)".utf8)) {
            SHA256.authenticate($1, key: $0)
        }
    }
}
