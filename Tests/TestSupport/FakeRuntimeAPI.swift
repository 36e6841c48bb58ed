import Glibc
import Synchronization

/// A Lambda Runtime API that hands out events and takes results, right or wrong as a test wants it.
public final class FakeRuntimeAPI: Sendable {
    /// The reply to one request; nil is the right one.
    public typealias Fault = @Sendable (StubServer.Request) -> StubServer.Answer?

    private struct State {
        var handedOut = 0
        var requests: [StubServer.Request] = []
    }

    private let server: StubServer
    private let shared: Shared

    /// What the server's threads share with the test.
    private final class Shared: Sendable {
        let state = Mutex(State())
        let events: @Sendable (Int) -> [UInt8]?
        let fault: Fault
        let keepsRequests: Bool

        init(_ events: @escaping @Sendable (Int) -> [UInt8]?, _ fault: @escaping Fault, keepsRequests: Bool) {
            self.events = events
            self.fault = fault
            self.keepsRequests = keepsRequests
        }
    }

    /// Starts an API.
    ///
    /// - Parameters:
    ///   - keepsRequests: false where there are too many to keep.
    ///   - fault: asked first, for every request.
    ///   - events: the payload of the event with a number; nil where there is none: then "next" waits.
    public init(
        keepsRequests: Bool = true,
        fault: @escaping Fault = { _ in nil },
        events: @escaping @Sendable (Int) -> [UInt8]?
    ) {
        let shared = Shared(events, fault, keepsRequests: keepsRequests)
        self.shared = shared
        server = StubServer { Self.answer($0, shared) }
    }

    deinit { server.stop() }

    /// For `AWS_LAMBDA_RUNTIME_API`.
    public var address: String { server.address }

    /// Connections so far.
    public var connections: Int { server.connections }

    /// Every request, in order of arrival.
    public var requests: [StubServer.Request] { shared.state.withLock { $0.requests } }

    /// Events that were handed out.
    public var handedOut: Int { shared.state.withLock { $0.handedOut } }

    /// The requests to a path below `/2018-06-01/runtime/`.
    public func requests(to path: String) -> [StubServer.Request] {
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

    private static func answer(_ request: StubServer.Request, _ shared: Shared) -> StubServer.Answer {
        if shared.keepsRequests { shared.state.withLock { $0.requests.append(request) } }
        if let fault = shared.fault(request) { return fault }
        guard request.path == "/2018-06-01/runtime/invocation/next" else {
            return .response(202, headers: ["Content-Type: application/json"], body: Array(#"{"status":"OK"}"#.utf8))
        }
        let number = shared.state.withLock { state in
            defer { state.handedOut += 1 }
            return state.handedOut
        }
        guard let event = shared.events(number) else { return .silence(60_000) }
        return .response(200, headers: headers(number), body: event)
    }

    private static func headers(_ number: Int) -> [String] {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return [
            "Content-Type: application/json",
            "Lambda-Runtime-Aws-Request-Id: \(requestID(number))",
            "Lambda-Runtime-Deadline-Ms: \(UInt64(now.tv_sec + 60) * 1000)",
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:trigger",
            "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=\(number % 2)",
        ]
    }
}
