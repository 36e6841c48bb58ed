import HTTP

/// One question to a metadata service, asked three times at most.
struct MetadataRequest {
    var http: HTTPClient
    /// What is asked, for errors; no URL, since those can hold secrets.
    var subject: String

    func send(_ request: HTTPRequest) throws(AWSError) -> [UInt8] {
        var failure = ""
        for attempt in 0..<3 {
            if attempt > 0 { Backoff.sleep(milliseconds: 100 << attempt) }
            do {
                let response = try http.send(request, limit: 1 << 20)
                if response.status == 200 { return response.body }
                failure = "HTTP \(response.status)" + Self.errorText(response, without: request)
                if response.status < 500, response.status != 429 { break }
            } catch {
                failure = "\(error)"
            }
        }
        throw AWSError(.credentials, message: "no credentials from \(subject): \(failure)", isRetryable: true)
    }

    /// The service's error, where it gives one that doesn't repeat what it was sent.
    private static func errorText(_ response: HTTPResponse, without request: HTTPRequest) -> String {
        var (code, message): (String?, String?)
        if let root = try? XMLParser.parse(response.body) {
            let error = root.child("Error") ?? root
            (code, message) = (error["Code"], error["Message"])
        } else if let json = try? JSONValue(parsing: response.body) {
            (code, message) = ((json["code"] ?? json["Code"])?.string, (json["message"] ?? json["Message"])?.string)
        }
        let words = [code, message].compactMap(\.self).joined(separator: ": ")
        var sent = ["Authorization", "X-aws-ec2-metadata-token"].compactMap { request.headers[$0] }
        if case .bytes(let bytes) = request.body {
            let fields = String(decoding: bytes, as: UTF8.self).split { $0 == "&" || $0 == "=" }.map(String.init)
            if let name = fields.firstIndex(of: "WebIdentityToken"), name + 1 < fields.count {
                sent += [fields[name + 1], PercentEncoding.decode(fields[name + 1])]
            }
        }
        return words.isEmpty || sent.contains { words.containsSubstring($0) } ? "" : " (\(words.prefix(500)))"
    }
}

extension Credentials {
    /// Reads the answer of container or instance metadata.
    ///
    /// - Parameter subject: the service, for the error.
    init(metadata body: [UInt8], of subject: String) throws(AWSError) {
        guard let json = try? JSONValue(parsing: body), let id = json["AccessKeyId"]?.string,
            let secret = json["SecretAccessKey"]?.string, let end = json["Expiration"]?.string,
            let expiration = Timestamp(iso8601: end)
        else { throw AWSError(.credentials, message: "the answer of \(subject) holds no credentials") }
        self.init(
            accessKeyID: id, secretAccessKey: secret, sessionToken: json["Token"]?.string, expiration: expiration)
    }
}
