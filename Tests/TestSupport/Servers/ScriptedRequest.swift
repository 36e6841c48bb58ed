/// What a `ScriptedServer` was asked.
public struct ScriptedRequest: Sendable {
    /// Such as `GET`.
    public let method: String
    /// The path and query as they were sent.
    public let target: String
    /// The number of the connection that it came over, from 1.
    public let connection: Int
    /// The body; empty while the server decides whether it wants one (`Expect: 100-continue`).
    public var body: [UInt8]
    private let message: Message

    init(_ message: Message, connection: Int, body: [UInt8]) {
        let words = message.head[0].split(separator: " ")
        method = words.first.map(String.init) ?? ""
        target = words.count > 1 ? String(words[1]) : ""
        self.connection = connection
        self.body = body
        self.message = message
    }

    /// The first value of a header, whose name is given in lower case.
    public subscript(header: String) -> String? { message.header(header) }

    /// The lines of the head.
    public var head: [String] { message.head }

    /// The path without the query.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The region that the signature names.
    public var region: String? {
        let scope = self["authorization"]?.split(separator: "/")
        return scope.flatMap { $0.count > 2 ? String($0[2]) : nil }
    }
}
