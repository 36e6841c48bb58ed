import Glibc
import Synchronization

/// An HTTP server on 127.0.0.1 that answers as a closure decides: well or badly. A thread serves each connection.
public final class ScriptedServer: Sendable {
    /// Where it listens.
    public let port: UInt16
    private let listener: Socket
    private let answer: @Sendable (ScriptedRequest) -> ScriptedAnswer
    private let keepsRequests: Bool
    private let asked = Mutex<[ScriptedRequest]>([])
    private let accepted = Mutex(0)
    private let isStopped = Mutex(false)

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - keepsRequests: false where there are too many to keep.
    ///   - answer: called for each request, from the connection's thread.
    public init(keepsRequests: Bool = true, _ answer: @escaping @Sendable (ScriptedRequest) -> ScriptedAnswer) {
        (listener, port) = Socket.listening()
        self.keepsRequests = keepsRequests
        self.answer = answer
        let listener = listener
        DetachedThread.start { [weak self] in
            while let client = listener.accept() {
                guard let self else { return client.shut() }
                let number = self.accepted.withLock { count in
                    count += 1
                    return count
                }
                DetachedThread.start { self.serve(client, number) }
            }
            listener.shut()
        }
    }

    deinit { stop() }

    /// `http://127.0.0.1:port`.
    public var origin: String { "http://127.0.0.1:\(port)" }

    /// `127.0.0.1:port`.
    public var address: String { "127.0.0.1:\(port)" }

    /// Connections so far.
    public var connections: Int { accepted.withLock { $0 } }

    /// The requests so far, in the order in which they arrived.
    public var requests: [ScriptedRequest] { asked.withLock { $0 } }

    /// Takes no more connections; those that stand go on.
    public func stop() {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        // The accepting thread then closes the descriptor, whose number may soon be another socket's.
        if isFirst { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }
    }

    private func serve(_ client: Socket, _ connection: Int) {
        while let head = Message.readHead(client) {
            var request = ScriptedRequest(head.message, connection: connection, body: [])
            let isRefused: Bool
            if request["expect"] == nil {
                isRefused = false
            } else {
                // The script sees the head first and may refuse the body.
                let early = answer(request)
                isRefused = early.refusesBody
                if isRefused {
                    keep(request)
                    guard perform(early, client) else { return }
                    continue
                }
                client.send("HTTP/1.1 100 Continue\r\n\r\n".utf8)
            }
            guard let message = head.message.readingBody(client, from: head.rest) else { break }
            request.body = message.body
            keep(request)
            guard perform(answer(request), client) else { return }
        }
        client.shut()
    }

    private func keep(_ request: ScriptedRequest) {
        if keepsRequests { asked.withLock { $0.append(request) } }
    }

    /// Returns whether the connection goes on; ends it where it doesn't.
    private func perform(_ answer: ScriptedAnswer, _ client: Socket) -> Bool {
        for piece in answer.pieces {
            if piece.milliseconds > 0 { usleep(UInt32(piece.milliseconds) * 1000) }
            if !client.send(piece.bytes) { break }
        }
        switch answer.end {
        case .keep: return true
        case .close: client.shut()
        case .reset: client.reset()
        }
        return false
    }
}
