import HTTP

/// One question to a metadata service, asked three times at most.
struct MetadataRequest {
    var http: HTTPClient
    /// What is asked, for errors; no URL, since those can hold secrets.
    var subject: String

    func send(_ request: HTTPRequest) throws(AWSError) -> [UInt8] {
        var failure = ""
        for attempt in 0..<3 {
            if attempt > 0 { Pause.sleep(milliseconds: 100 << attempt) }
            do {
                let response = try http.send(request, limit: 1 << 20)
                if response.status == 200 { return response.body }
                failure = "HTTP \(response.status)"
                if response.status < 500, response.status != 429 { break }
            } catch {
                failure = "\(error)"
            }
        }
        throw AWSError(.credentials, message: "no credentials from \(subject): \(failure)", isRetryable: true)
    }

    /// The JSON that container and instance metadata answer with.
    func credentials(_ body: [UInt8]) throws(AWSError) -> Credentials {
        guard let json = try? JSONValue(parsing: body), let id = json["AccessKeyId"]?.string,
            let secret = json["SecretAccessKey"]?.string, let end = json["Expiration"]?.string,
            let expiration = Timestamp(iso8601: end)
        else { throw AWSError(.credentials, message: "the answer of \(subject) holds no credentials") }
        return Credentials(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: json["Token"]?.string,
            expiration: expiration
        )
    }
}
