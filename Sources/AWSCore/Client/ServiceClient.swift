import HTTP
import Synchronization

/// Signs, sends and repeats the calls of one service. All clients of a process may use one from many threads.
final class ServiceClient: Sendable {
    private let service: String
    private let configuration: AWSConfiguration
    private let http: HTTPClient
    private let quota: RetryQuota
    /// The server's clock minus ours, in seconds, once it has refused a request for the time it carried.
    private let clockOffset = Atomic<Int>(0)
    /// Regions that S3 told us about.
    private let regions = Mutex<[String: String]>([:])

    init(service: String, _ configuration: AWSConfiguration) {
        self.service = service
        self.configuration = configuration
        http = HTTPClient(timeouts: configuration.timeouts)
        quota = RetryQuota(configuration.retry.quota)
    }

    /// What was sent and received so far.
    var traffic: HTTPTraffic { http.traffic }

    /// Opens a connection and keeps it for the next call: DNS, TCP and TLS then cost that call nothing. The request is
    /// unsigned, and whatever the answer is, the connection stands. Gives up soon, and silently.
    func connect() {
        let endpoint = configuration.endpoint(service, region: configuration.region)
        var request = HTTPRequest(.head, endpoint.origin + "/")
        request.timeouts = HTTPTimeouts(connect: 1.5, stall: 2, total: 2)
        _ = try? http.send(request)
    }

    /// Calls until it succeeds or must fail.
    ///
    /// - Parameters:
    ///   - prepare: changes the call before each try: a read goes on where the last one broke off.
    ///   - progress: grows while a repeated try goes on rather than starts again; such tries start to count anew.
    ///   - check: looks at a successful answer and throws what is wrong with it.
    ///   - receive: takes the body of a successful answer; nil collects it.
    func send(
        _ call: Call,
        prepare: (inout Call) -> Void = { _ in },
        progress: () -> UInt64 = { 0 },
        check: (HTTPResponse) throws(AWSError) -> Void = { _ in },
        receive: ((HTTPResponse, UnsafeRawBufferPointer) throws -> Void)? = nil
    ) throws(AWSError) -> HTTPResponse {
        var call = call
        call.headers["x-amz-content-sha256"] = service == "s3" ? Self.payloadHash(call) : nil
        var budget = RetryBudget(configuration.retry, quota)
        while true {
            prepare(&call)
            let before = progress()
            var head = HTTPResponse(status: 0)
            do {
                let response = try attempt(call, &head, receive: receive)
                try check(response)
                budget.succeeded()
                return response
            } catch {
                if progress() > before { budget.restart() }
                if call.isCancelled?() == true { throw call.error(.cancelled, "cancelled") }
                if correct(error, head, call), budget.corrects() { continue }
                guard let delay = budget.delay(after: error, head) else { throw error }
                Pause.sleep(milliseconds: delay, isCancelled: call.isCancelled)
            }
        }
    }

    private func attempt(
        _ call: Call,
        _ head: inout HTTPResponse,
        receive: ((HTTPResponse, UnsafeRawBufferPointer) throws -> Void)?
    ) throws(AWSError) -> HTTPResponse {
        let credentials = try configuration.credentials.credentials()
        let request = sign(call, credentials)
        do {
            var body: [UInt8] = []
            var response = try http.send(request) { response, bytes in
                head = response
                if let receive, (200..<300).contains(response.status) {
                    try receive(response, bytes)
                } else {
                    guard body.count + bytes.count <= 16 << 20 else {
                        throw HTTPError(.bodyTooLarge, "the answer is larger than 16 MiB")
                    }
                    body.append(contentsOf: bytes)
                }
            }
            response.body = body
            head = response
            guard (200..<300).contains(response.status) else { throw ErrorAnswer.error(response, of: call) }
            return response
        } catch let error as AWSError {
            if error.code.hasPrefix("ExpiredToken") { configuration.credentials.invalidate(credentials) }
            throw error
        } catch let error as HTTPError {
            throw call.error(
                error.code == .cancelled ? .cancelled : .transport,
                code: error.code == .timedOut ? "TimedOut" : "",
                error.message,
                isRetryable: error.isTransient
            )
        } catch {
            throw call.error(.transport, "\(error)")
        }
    }

    private func sign(_ call: Call, _ credentials: Credentials) -> HTTPRequest {
        let region = call.bucket.flatMap { bucket in regions.withLock { $0[bucket] } } ?? configuration.region
        let endpoint = configuration.endpoint(service, region: region)
        let (host, path) = Self.address(endpoint, call)
        var headers = call.headers
        headers["host"] = host
        let time = Timestamp(seconds: Timestamp.now.seconds + clockOffset.load(ordering: .relaxed))
        let hash = headers["x-amz-content-sha256"] ?? Self.payloadHash(call)
        var canonical = CanonicalRequest(
            method: call.method.rawValue,
            path: path,
            query: call.query,
            headers: headers,
            payloadHash: hash,
            flavour: service == "s3" ? .s3 : .general
        )
        SigV4(credentials: credentials, region: region, service: service, time: time).sign(&canonical)
        let query = call.query.isEmpty ? "" : "?" + CanonicalRequest.encode(call.query)
        var request = HTTPRequest(
            call.method,
            "\(endpoint.scheme)://\(host)\(path)\(query)",
            headers: canonical.headers,
            body: call.body
        )
        request.expectsContinue = call.body.length >= 1 << 20
        request.isCancelled = call.isCancelled
        if let stall = call.stall {
            request.timeouts = configuration.timeouts
            request.timeouts?.stall = max(stall, configuration.timeouts.stall)
        }
        return request
    }

    private static func address(_ endpoint: Endpoint, _ call: Call) -> (host: String, path: String) {
        guard let bucket = call.bucket else { return (endpoint.host, call.path) }
        if !endpoint.isCustom, Endpoint.isHostLabel(bucket) { return (bucket + "." + endpoint.host, call.path) }
        return (endpoint.host, "/" + PercentEncoding.encode(bucket) + call.path)
    }

    private static func payloadHash(_ call: Call) -> String {
        if case .unsigned = call.payload { return "UNSIGNED-PAYLOAD" }
        return switch call.body {
        case .none: hex(SHA256.digest(""))
        case .bytes(let bytes): hex(bytes.withUnsafeBytes(SHA256.digest))
        case .borrowed(let bytes): hex(SHA256.digest(bytes))
        case .stream: "UNSIGNED-PAYLOAD"
        }
    }

    /// Learns the region or the time from a refusal; true where the next try will differ.
    private func correct(_ error: AWSError, _ head: HTTPResponse, _ call: Call) -> Bool {
        if let bucket = call.bucket, [301, 307, 400, 403].contains(error.status) {
            let region = head.headers["x-amz-bucket-region"] ?? (try? XMLParser.parse(head.body))?["Region"]
            let known = regions.withLock { $0[bucket] } ?? configuration.region
            if let region, region != known {
                regions.withLock { $0[bucket] = region }
                return true
            }
        }
        let codes = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "403"]
        guard codes.contains(error.code) || error.message.contains("Signature expired"),
            let date = head.headers["Date"].flatMap(Timestamp.init(http:))
        else { return false }
        let offset = date.seconds - Timestamp.now.seconds
        // S3 allows 15 minutes; less than a few can't have been the reason.
        guard abs(offset - clockOffset.load(ordering: .relaxed)) > 240 else { return false }
        clockOffset.store(offset, ordering: .relaxed)
        return true
    }
}
