import Glibc
import Synchronization

/// A proxy in front of an S3 server that injects the faults of a plan, one an exchange, and then none. It also compares
/// bodies with `x-amz-content-sha256` as S3 does.
public final class FaultProxy: Sendable {
    /// Where it listens.
    public let port: UInt16
    private let listener: Socket
    private let backend: UInt16
    private let plan: Mutex<[Fault]>
    private let before: @Sendable (_ request: String) -> Void
    private let counts = Mutex<(requests: Int, injected: Int)>((0, 0))

    /// Starts a proxy; `plan` holds the fault of each exchange, in order of arrival.
    ///
    /// - Parameter before: told each request's first line before the server sees it, on the connection's own thread.
    public init(
        to backend: UInt16,
        plan: [Fault] = [],
        before: @escaping @Sendable (_ request: String) -> Void = { _ in }
    ) {
        self.before = before
        (listener, port) = Socket.listening()
        self.backend = backend
        self.plan = Mutex(plan.reversed())
        DetachedThread.start { [self] in
            while let client = listener.accept() { DetachedThread.start { self.serve(client) } }
        }
    }

    /// `http://127.0.0.1:port`.
    public var origin: String { "http://127.0.0.1:\(port)" }

    /// Exchanges so far, and those with a fault.
    public var total: (requests: Int, injected: Int) { counts.withLock { $0 } }

    /// Takes no more connections.
    public func stop() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ client: Socket) {
        while var request = Message.read(client, continues: true) {
            let fault = plan.withLock { $0.popLast() } ?? .none
            counts.withLock {
                $0.requests += 1
                if fault != .none { $0.injected += 1 }
            }
            if fault == .resetBefore { return client.reset() }
            if let refusal = Self.refusal(fault, &request) {
                client.send(refusal)
                continue
            }
            before(request.head[0])
            guard let server = Socket(connectingTo: backend) else { return client.reset() }
            server.send(request.encoded(length: request.body.count))
            let isHead = request.head[0].hasPrefix("HEAD")
            let answer = Message.read(server, hasBody: !isHead)
            server.shut()
            guard let answer, fault != .resetAfter else { return client.reset() }
            guard Self.pass(answer, to: client, fault, isHead: isHead) else { return client.shut() }
        }
        client.shut()
    }

    private static func refusal(_ fault: Fault, _ request: inout Message) -> [UInt8]? {
        if fault == .flip, !request.body.isEmpty { request.body[request.body.count / 2] ^= 1 }
        let (status, code): (String, String) =
            switch fault {
            case .internalError: ("500 Internal Server Error", "InternalError")
            case .slowDown: ("503 Slow Down", "SlowDown")
            case _ where !request.isIntact: ("400 Bad Request", "XAmzContentSHA256Mismatch")
            default: ("", "")
            }
        if status.isEmpty { return nil }
        let body =
            request.head[0].hasPrefix("HEAD") ? "" : "<Error><Code>\(code)</Code><Message>injected</Message></Error>"
        return Message(head: ["HTTP/1.1 \(status)"], body: Array(body.utf8)).encoded(length: body.utf8.count)
    }

    /// Returns whether the connection goes on.
    private static func pass(_ answer: Message, to client: Socket, _ fault: Fault, isHead: Bool) -> Bool {
        var answer = answer
        let length = isHead ? Int(answer.header("content-length") ?? "0") ?? 0 : answer.body.count
        let isXML = answer.body.starts(with: "<?xml".utf8) && answer.head[0].contains(" 200")
        switch fault {
        case .errorInside where isXML:
            answer.body = Array("<Error><Code>InternalError</Code><Message>inside</Message></Error>".utf8)
            return client.send(answer.encoded(length: answer.body.count))
        case .truncatedXML where isXML:
            answer.body.removeLast(answer.body.count / 2)
            return client.send(answer.encoded(length: answer.body.count))
        case .lengthTooLarge where !isHead:
            client.send(answer.encoded(length: length + 7))
            return false
        case .lengthTooSmall where length > 1:
            client.send(answer.encoded(length: length - 1))
            return false
        case .cut where length > 0, .stall:
            answer.body.removeLast(answer.body.count - answer.body.count / 2)
            client.send(answer.encoded(length: max(length, 1)))
            // Longer than the client's patience in these tests.
            if fault == .stall { sleep(3) }
            return false
        case .drip:
            let bytes = answer.encoded(length: length)
            let step = max(1, bytes.count / 20)
            for start in stride(from: 0, to: bytes.count, by: step) {
                guard client.send(bytes[start..<min(start + step, bytes.count)]) else { return false }
                usleep(2000)
            }
            return true
        default:
            return client.send(answer.encoded(length: length))
        }
    }
}
