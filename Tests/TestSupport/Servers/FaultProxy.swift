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
    private let refused: [String]
    private let counts = Mutex<(requests: Int, injected: Int)>((0, 0))
    private let awayUntil = Mutex<ContinuousClock.Instant?>(nil)

    /// Starts a proxy; `plan` holds the fault of each exchange, in order of arrival.
    ///
    /// - Parameters:
    ///   - refused: requests whose first line has all of these words are answered with 403 AccessDenied.
    ///   - before: gets each other request's first line before the server sees it, on the connection's own thread.
    public init(
        to backend: UInt16,
        plan: [Fault] = [],
        refused: [String] = [],
        before: @escaping @Sendable (_ request: String) -> Void = { _ in }
    ) {
        self.before = before
        self.refused = refused
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

    /// From now on, every connection is reset: the server or the network is away.
    public func goAway(for duration: Duration) { awayUntil.withLock { $0 = .now + duration } }

    private var isAway: Bool { awayUntil.withLock { $0.map { .now < $0 } ?? false } }

    /// Takes no more connections.
    public func stop() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ client: Socket) {
        if isAway { return client.reset() }
        while let head = Message.readHead(client) {
            if isAway { return client.reset() }
            let fault = plan.withLock { $0.popLast() } ?? .none
            counts.withLock {
                $0.requests += 1
                if fault != .none { $0.injected += 1 }
            }
            if head.message.header("expect") != nil {
                if fault == .refusedBody {
                    client.send(Self.error("503 Slow Down", "SlowDown", head.message))
                    return client.shut()
                }
                client.send("HTTP/1.1 100 Continue\r\n\r\n".utf8)
            }
            guard var request = head.message.readingBody(client, from: head.rest) else { break }
            if fault == .resetBefore { return client.reset() }
            if fault == .silence {
                sleep(Self.patience)
                return client.shut()
            }
            if let refusal = Self.refusal(fault, &request) {
                client.send(refusal)
                continue
            }
            if !refused.isEmpty, refused.allSatisfy(request.head[0].contains) {
                client.send(Self.error("403 Forbidden", "AccessDenied", request))
                continue
            }
            before(request.head[0])
            guard let server = Socket(connectingTo: backend) else { return client.reset() }
            server.send(request.encoded(length: request.body.count))
            let method = request.head[0].prefix { $0 != " " }
            let answer = Message.read(server, hasBody: method != "HEAD")
            server.shut()
            guard let answer, fault != .resetAfter else { return client.reset() }
            guard Self.pass(answer, to: client, fault, method: method) else { return client.shut() }
        }
        client.shut()
    }

    /// Seconds; longer than the client's in these tests.
    private static let patience: UInt32 = 3

    private static func refusal(_ fault: Fault, _ request: inout Message) -> [UInt8]? {
        if fault == .flip, !request.body.isEmpty { request.body[request.body.count / 2] ^= 1 }
        return switch fault {
        case .internalError: error("500 Internal Server Error", "InternalError", request)
        case .slowDown: error("503 Slow Down", "SlowDown", request)
        case .tooMany: error("429 Too Many Requests", "TooManyRequests", request, ["x-amz-retry-after: 5"])
        case .badDigest: error("400 Bad Request", "BadDigest", request)
        case .skewedClock: error("403 Forbidden", "RequestTimeTooSkewed", request, ["Date: \(date(in: 3600))"])
        case _ where !request.isIntact: error("400 Bad Request", "XAmzContentSHA256Mismatch", request)
        default: nil
        }
    }

    private static func error(
        _ status: String,
        _ code: String,
        _ request: Message,
        _ headers: [String] = []
    ) -> [UInt8] {
        let body =
            request.head[0].hasPrefix("HEAD") ? "" : "<Error><Code>\(code)</Code><Message>injected</Message></Error>"
        return Message(head: ["HTTP/1.1 \(status)"] + headers, body: Array(body.utf8)).encoded(length: body.utf8.count)
    }

    private static func date(in seconds: Int) -> String {
        var now = time(nil) + seconds
        var fields = tm()
        gmtime_r(&now, &fields)
        var text = [CChar](repeating: 0, count: 64)
        strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &fields)
        return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    /// Returns whether the connection goes on.
    private static func pass(_ answer: Message, to client: Socket, _ fault: Fault, method: Substring) -> Bool {
        var answer = answer
        let isHead = method == "HEAD"
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
        // A wrong length of HEAD is believed, and each read contradicts it for the ten minutes that S3 may be away.
        case .lengthTooSmall where length > 1 && !isHead:
            client.send(answer.encoded(length: length - 1))
            return false
        case .cut where length > 0, .stall:
            answer.body.removeLast(answer.body.count - answer.body.count / 2)
            client.send(answer.encoded(length: max(length, 1)))
            if fault == .stall { sleep(patience) }
            return false
        case .headCut:
            client.send(answer.encoded(length: length).prefix(20 + answer.head.joined().utf8.count / 2))
            return false
        case .lateError where isXML: return sendLateError(client)
        case .missingETag: return client.send(answer.removing("etag").encoded(length: length))
        case .missingRange: return client.send(answer.removing("content-range").encoded(length: length))
        case .modified where (isHead || method == "GET") && answer.header("etag") != nil:
            var other = answer.removing("etag")
            other.head.append("ETag: \"another\"")
            return client.send(other.encoded(length: length))
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

    private static func sendLateError(_ client: Socket) -> Bool {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
        guard client.send(Array(head.utf8)) else { return false }
        for _ in 0..<3 {
            guard client.send("1\r\n \r\n".utf8) else { return false }
            usleep(20_000)
        }
        let body = "<Error><Code>InternalError</Code><Message>late</Message></Error>"
        return client.send("\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n".utf8)
    }
}
