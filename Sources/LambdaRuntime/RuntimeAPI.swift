import Glibc
import HTTP

/// Lambda's end of the loop. One connection, kept alive.
struct RuntimeAPI {
    private let address: String
    // The Runtime API is on this machine; no proxy belongs in between.
    private let http = HTTPClient(usesProxy: false)
    /// Tries of one request where the failure may be transient.
    private static let maxAttempts = 3
    /// Larger than any event that Lambda sends (6 MB).
    private static let largestEvent = 32 << 20

    /// - Parameter address: `AWS_LAMBDA_RUNTIME_API`, as `host:port`.
    init(_ address: String?) throws(LambdaRuntimeError) {
        guard let address, !address.isEmpty else {
            throw LambdaRuntimeError(
                .notConfigured,
                "AWS_LAMBDA_RUNTIME_API is not set: this program is started by AWS Lambda, or by an emulator of it"
            )
        }
        self.address = address
    }

    /// Waits for an event. No event is fatal: without one there is nothing to do.
    func next() throws(LambdaRuntimeError) -> Invocation {
        let response = try send(.next)
        guard response.status == 200 else {
            throw LambdaRuntimeError(
                .refused, "the Runtime API refused \(ControlPlaneRequest.next.name): \(Self.errorText(response))")
        }
        return try Invocation(response)
    }

    /// Hands a result over.
    ///
    /// - Returns: Lambda's refusal of this one result, nil where it took it. 413: it was too large, and Lambda has
    ///   reported that to the caller. 400 and 403: it came too late, or twice. The next event can be asked for.
    /// - Throws: where the loop can't go on.
    func post(_ request: ControlPlaneRequest) throws(LambdaRuntimeError) -> String? {
        let response = try send(request)
        if 200..<300 ~= response.status { return nil }
        let refusal = "the Runtime API refused \(request.name): \(Self.errorText(response))"
        guard 400..<500 ~= response.status else { throw LambdaRuntimeError(.refused, refusal) }
        return refusal
    }

    /// Sends until there is an answer to the request. 500 is one: "Container error.
    /// Non-recoverable state. Runtime should exit promptly."
    private func send(_ request: ControlPlaneRequest) throws(LambdaRuntimeError) -> HTTPResponse {
        var attempts = 0
        while true {
            attempts += 1
            do {
                let response = try exchange(request)
                guard attempts < Self.maxAttempts, Self.isTransient(response, request) else { return response }
            } catch let error where error.code == .cancelled {
                throw LambdaRuntimeError(.terminated, "terminated")
            } catch {
                guard error.isTransient, attempts < Self.maxAttempts else {
                    throw LambdaRuntimeError(.unreachable, "\(request.name) failed at \(address): \(error)")
                }
            }
            usleep(50_000 << UInt32(attempts - 1))
        }
    }

    private func exchange(_ request: ControlPlaneRequest) throws(HTTPError) -> HTTPResponse {
        var http = request.http(to: address)
        // A result that is under way is handed over even at the end.
        if case .next = request { http.cancellation = Termination.cancellation }
        do {
            return try self.http.send(http, limit: Self.largestEvent)
        } catch let error as HTTPError {
            throw error
        } catch {
            throw HTTPError(.other, "\(error)")
        }
    }

    /// 429 and 502 to 504 are not documented; HTTP defines them as transient. An event without its id was cut.
    private static func isTransient(_ response: HTTPResponse, _ request: ControlPlaneRequest) -> Bool {
        if case .next = request, response.status == 200 { return Invocation.requestID(response) == nil }
        return [429, 502, 503, 504].contains(response.status)
    }

    /// The status, and Lambda's short body (`errorType`, `errorMessage`) as it is.
    private static func errorText(_ response: HTTPResponse) -> String {
        let text = String(decoding: response.body.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline)
        return (["HTTP \(response.status)"] + text.map(String.init)).joined(separator: " ")
    }
}
