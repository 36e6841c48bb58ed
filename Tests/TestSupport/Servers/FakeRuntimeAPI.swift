import Glibc
import Synchronization

/// A Lambda Runtime API that hands out events and takes results, right or wrong as a test wants it.
public final class FakeRuntimeAPI: Sendable {
    /// The reply to one request; nil is the right one.
    public typealias Fault = @Sendable (ScriptedRequest) -> ScriptedAnswer?

    private let server: ScriptedServer
    private let shared: Shared

    /// What the server's threads share with the test.
    private final class Shared: Sendable {
        let handedOut = Mutex(0)
        let events: @Sendable (Int) -> [UInt8]?
        let fault: Fault

        init(_ events: @escaping @Sendable (Int) -> [UInt8]?, _ fault: @escaping Fault) {
            self.events = events
            self.fault = fault
        }
    }

    /// Starts an API.
    ///
    /// - Parameters:
    ///   - keepsRequests: false where there are too many to keep.
    ///   - fault: asked first, for every request.
    ///   - events: the payload of the event with a number; nil where there is none: then "next" waits.
    public init(
        keepsRequests: Bool = true, fault: @escaping Fault = { _ in nil }, events: @escaping @Sendable (Int) -> [UInt8]?
    ) {
        let shared = Shared(events, fault)
        self.shared = shared
        server = ScriptedServer(keepsRequests: keepsRequests) { Self.answer($0, shared) }
    }

    /// For `AWS_LAMBDA_RUNTIME_API`.
    public var address: String { server.address }

    /// Connections so far.
    public var connections: Int { server.connections }

    /// Every request, in order of arrival.
    public var requests: [ScriptedRequest] { server.requests }

    /// Events that were handed out.
    public var handedOut: Int { shared.handedOut.withLock { $0 } }

    /// The requests to a path below `/2018-06-01/runtime/`.
    public func requests(to path: String) -> [ScriptedRequest] {
        requests.filter { $0.path == "/2018-06-01/runtime/\(path)" }
    }

    /// Waits until so many requests have come; false after ten seconds.
    public func waits(for count: Int, to path: String) -> Bool {
        for _ in 0..<2000 {
            if requests(to: path).count >= count { return true }
            usleep(5000)
        }
        return false
    }

    /// The id of the event with a number.
    public static func requestID(_ number: Int) -> String { "8476a536-e9f4-11e8-9739-\(number)" }

    private static func answer(_ request: ScriptedRequest, _ shared: Shared) -> ScriptedAnswer {
        if let fault = shared.fault(request) { return fault }
        guard request.path == "/2018-06-01/runtime/invocation/next" else {
            return .status(202, headers: [("Content-Type", "application/json")], #"{"status":"OK"}"#)
        }
        let number = shared.handedOut.withLock { count in
            defer { count += 1 }
            return count
        }
        guard let event = shared.events(number) else { return .silence(milliseconds: 60_000) }
        return .bytes(200, headers: headers(number), event)
    }

    /// What Lambda sends with the event with a number.
    public static func headers(_ number: Int) -> [(String, String)] {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return [
            ("Content-Type", "application/json"), ("Lambda-Runtime-Aws-Request-Id", requestID(number)),
            ("Lambda-Runtime-Deadline-Ms", String(UInt64(now.tv_sec + 60) * 1000)),
            ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:trigger"),
            (
                "Lambda-Runtime-Trace-Id",
                "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=\(number % 2)"
            ),
        ]
    }
}
