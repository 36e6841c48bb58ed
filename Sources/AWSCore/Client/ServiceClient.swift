import HTTP
import Threads

/// Signs, sends and repeats the calls of one service. All clients of a process may use one from many threads.
final class ServiceClient: Sendable {
    private let service: String
    private let configuration: AWSConfiguration
    private let http: HTTPClient
    private let quota: RetryQuota
    private let learned = LearnedSettings()

    init(service: String, _ configuration: AWSConfiguration) {
        self.service = service
        self.configuration = configuration
        http = HTTPClient(timeouts: configuration.timeouts)
        quota = RetryQuota(configuration.retry.quota)
    }

    /// Whether calls may be repeated for longer than their tries.
    var isPatient: Bool { configuration.retry.patience > 0 }

    /// Requests and bytes of bodies so far.
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
        _ call: APICall, prepare: (inout APICall) -> Void = { _ in }, progress: () -> UInt64 = { 0 },
        check: (HTTPResponse) throws(AWSError) -> Void = { _ in },
        receive: ((HTTPResponse, UnsafeRawBufferPointer) throws -> Void)? = nil
    ) throws(AWSError) -> HTTPResponse {
        var call = call
        if service == "s3" {
            let digest = Self.payloadDigest(call)
            call.headers["x-amz-content-sha256"] = Self.payloadHash(digest)
            // A bucket with Object Lock doesn't take the signed hash in the place of a checksum.
            if call.hasChecksum { call.headers["x-amz-checksum-sha256"] = digest.map(Base64.encode) }
        }
        var policy = configuration.retry
        if !call.isPatient { policy.patience = 0 }
        policy.maxAttempts = call.maxAttempts ?? policy.maxAttempts
        var budget = RetryBudget(policy, quota)
        var last: AWSError?
        while true {
            prepare(&call)
            let before = progress()
            let snapshot = learned.snapshot(bucket: call.bucket, region: configuration.region)
            var head = HTTPResponse(status: 0)
            var used: Credentials?
            do {
                let credentials = try credentials(call)
                used = credentials
                let response = try attempt(call, &head, credentials, snapshot, receive: receive)
                try check(response)
                budget.succeeded()
                return response
            } catch {
                if progress() > before { budget.restart() }
                if call.cancellation?.isCancelled == true { throw Self.cancelled(call, after: last) }
                let isCorrected = learned.learn(from: error, head, call, signedWith: snapshot)
                if isCorrected || hasNewerCredentials(error, used), budget.corrects() { continue }
                guard let delay = budget.delay(after: error, head) else { throw error }
                last = error
                Backoff.sleep(milliseconds: delay, call.cancellation)
            }
        }
    }

    /// - Parameter last: what the try before came to: it explains why the call took so long.
    private static func cancelled(_ call: APICall, after last: AWSError?) -> AWSError {
        guard let last else { return call.error(.cancelled, "cancelled") }
        let code = last.code.isEmpty ? "" : last.code + ": "
        return call.error(.cancelled, "cancelled; the last try ended with \(code)\(last.message)")
    }

    private func attempt(
        _ call: APICall, _ head: inout HTTPResponse, _ credentials: Credentials, _ snapshot: LearnedSettings.Snapshot,
        receive: ((HTTPResponse, UnsafeRawBufferPointer) throws -> Void)?
    ) throws(AWSError) -> HTTPResponse {
        let request = sign(call, credentials, snapshot)
        do {
            var body: [UInt8] = []
            // The head of an answer that breaks off says how long to wait before the next try.
            var seen = head
            defer { head = seen }
            var response = try http.send(request) { response, bytes in
                seen = response
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
            seen = response
            guard (200..<300).contains(response.status) else { throw ErrorResponse.error(response, of: call) }
            return response
        } catch let error as AWSError {
            throw credentials.withoutSecrets(error)
        } catch let error as HTTPError {
            throw call.error(
                error.code == .cancelled ? .cancelled : .transport, code: error.code == .timedOut ? "TimedOut" : "",
                error.message, isRetryable: error.isTransient)
        } catch {
            throw call.error(.transport, "\(error)")
        }
    }

    private func credentials(_ call: APICall) throws(AWSError) -> Credentials {
        do {
            return try configuration.credentials.credentials()
        } catch {
            var error = error
            (error.operation, error.resource) = (call.operation, call.resource)
            if error.service == "aws" { error.service = service }
            throw error
        }
    }

    /// Whether keys that the service calls expired could be replaced; with the same ones another try is in vain.
    private func hasNewerCredentials(_ error: AWSError, _ used: Credentials?) -> Bool {
        guard error.code.hasPrefix("ExpiredToken"), let used else { return false }
        configuration.credentials.invalidate(used)
        guard let newer = try? configuration.credentials.credentials() else { return false }
        return newer.accessKeyID != used.accessKeyID
    }

    /// The call as it is sent, signed for a region and a time.
    func sign(_ call: APICall, _ credentials: Credentials, _ snapshot: LearnedSettings.Snapshot) -> HTTPRequest {
        let endpoint = configuration.endpoint(service, region: snapshot.region)
        let (host, path) = Self.address(endpoint, call)
        var headers = call.headers
        headers["host"] = host
        let time = Timestamp(seconds: Timestamp.now.seconds + snapshot.clockOffset)
        let hash = headers["x-amz-content-sha256"] ?? Self.payloadHash(Self.payloadDigest(call))
        var canonical = CanonicalRequest(
            method: call.method.rawValue, path: path, query: call.query, headers: headers, payloadHash: hash,
            flavour: service == "s3" ? .s3 : .general)
        SigV4(credentials: credentials, region: snapshot.region, service: service, time: time).sign(&canonical)
        let query = call.query.isEmpty ? "" : "?" + PercentEncoding.encode(call.query)
        var request = HTTPRequest(
            call.method, "\(endpoint.scheme)://\(host)\(path)\(query)", headers: canonical.headers, body: call.body)
        request.expectsContinue = call.body.length >= 1 << 20
        request.cancellation = call.cancellation
        if let stall = call.stall {
            request.timeouts = configuration.timeouts
            request.timeouts?.stall = max(stall, configuration.timeouts.stall)
        }
        return request
    }

    private static func address(_ endpoint: Endpoint, _ call: APICall) -> (host: String, path: String) {
        guard let bucket = call.bucket else { return (endpoint.host, call.path) }
        if !endpoint.isCustom, Endpoint.isHostLabel(bucket) { return (bucket + "." + endpoint.host, call.path) }
        return (endpoint.host, "/" + PercentEncoding.encode(bucket) + call.path)
    }

    /// The body's SHA-256; nil where it is not known before it is sent.
    private static func payloadDigest(_ call: APICall) -> [UInt8]? {
        switch call.body {
        case .none: SHA256.digest("")
        case .bytes(let bytes): bytes.withUnsafeBytes(SHA256.digest)
        case .borrowed(let bytes): SHA256.digest(bytes)
        case .stream: nil
        }
    }

    private static func payloadHash(_ digest: [UInt8]?) -> String {
        digest.map { Hex.encode($0) } ?? "UNSIGNED-PAYLOAD"
    }
}
