import Glibc
import Synchronization

/// An HTTP server on 127.0.0.1 that answers as a closure says: well or badly. A thread serves each connection.
public final class StubServer: Sendable {
    /// What came in.
    public struct Request: Sendable {
        /// Such as `GET`.
        public let method: String
        /// With the query.
        public let path: String
        public let body: [UInt8]
        /// The number of the connection that it came on, from 0.
        public let connection: Int
        let head: [String]

        /// The value of a header field; its name in lower case.
        public func header(_ name: String) -> String? { Message(head: head, body: []).header(name) }
    }

    /// What the client gets.
    public enum Answer: Sendable {
        /// A whole response.
        case response(Int, headers: [String] = [], body: [UInt8] = [])
        /// These bytes, and the connection is closed.
        case bytes([UInt8])
        /// A reset.
        case reset
        /// Nothing, for these milliseconds; then the connection is closed.
        case silence(Int)
    }

    /// Where it listens.
    public let port: UInt16
    private let listener: Socket
    private let answer: @Sendable (Request) -> Answer
    private let counts = Mutex((connections: 0, isStopped: false))

    /// Starts a server. `answer` is called on each connection's own thread.
    public init(_ answer: @escaping @Sendable (Request) -> Answer) {
        (listener, port) = Socket.listening()
        self.answer = answer
        DetachedThread.start { [self] in
            while let client = listener.accept() {
                let number = counts.withLock { counts in
                    defer { counts.connections += 1 }
                    return counts.connections
                }
                DetachedThread.start { self.serve(client, number) }
            }
            listener.shut()
        }
    }

    /// `127.0.0.1:port`.
    public var address: String { "127.0.0.1:\(port)" }

    /// Connections so far.
    public var connections: Int { counts.withLock { $0.connections } }

    /// Takes no more connections; those that stand go on.
    public func stop() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ client: Socket, _ number: Int) {
        while let message = Message.read(client, continues: true) {
            let words = message.head[0].split(separator: " ")
            let request = Request(
                method: String(words[0]),
                path: words.count > 1 ? String(words[1]) : "",
                body: message.body,
                connection: number,
                head: message.head
            )
            switch answer(request) {
            case .response(let status, let headers, let body):
                let head = ["HTTP/1.1 \(status) Status"] + headers
                let isHead = request.method == "HEAD"
                let bytes = Message(head: head, body: isHead ? [] : body).encoded(length: body.count)
                guard client.send(bytes) else { return client.shut() }
            case .bytes(let bytes):
                client.send(bytes)
                return client.shut()
            case .reset: return client.reset()
            case .silence(let milliseconds):
                usleep(UInt32(milliseconds) * 1000)
                return client.shut()
            }
        }
        client.shut()
    }
}
