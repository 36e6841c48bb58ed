/// How a `ScriptedServer` answers: bytes with pauses between them, and what then becomes of the connection.
public struct ScriptedAnswer: Sendable {
    /// What becomes of the connection.
    public enum End: Sendable {
        /// It waits for the next request.
        case keep
        /// It is closed.
        case close
        /// It is reset.
        case reset
    }

    /// Bytes that are sent after a pause.
    public var pieces: [(milliseconds: Int, bytes: [UInt8])]
    /// What comes after the last piece.
    public var end: End
    /// Sent in place of `100 Continue`: the body stays unread.
    public var refusesBody = false

    /// Bytes as they are.
    public init(pieces: [(milliseconds: Int, bytes: [UInt8])], end: End = .keep) {
        self.pieces = pieces
        self.end = end
    }

    /// These bytes instead of a response, after which the connection is closed.
    public static func raw(_ bytes: [UInt8]) -> ScriptedAnswer {
        ScriptedAnswer(pieces: [(0, bytes)], end: .close)
    }

    /// Nothing: the connection is reset.
    public static let reset = ScriptedAnswer(pieces: [], end: .reset)

    /// A whole response.
    ///
    /// - Parameter length: `Content-Length`, where it isn't the body's (an answer to HEAD).
    public static func status(
        _ status: Int, headers: [(String, String)] = [], _ body: String = "", length: Int? = nil, end: End = .keep
    ) -> ScriptedAnswer {
        .bytes(status, headers: headers, Array(body.utf8), length: length, end: end)
    }

    /// A whole response with bytes.
    public static func bytes(
        _ status: Int, headers: [(String, String)] = [], _ body: [UInt8], length: Int? = nil, end: End = .keep
    ) -> ScriptedAnswer {
        var head = "HTTP/1.1 \(status) Scripted\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if status != 204 { head += "Content-Length: \(length ?? body.count)\r\n" }
        return ScriptedAnswer(pieces: [(0, Array((head + "\r\n").utf8) + body)], end: end)
    }

    /// An error as S3 writes it.
    public static func error(
        _ status: Int, _ code: String, headers: [(String, String)] = [], extra: String = "", end: End = .keep
    ) -> ScriptedAnswer {
        let body = "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>said so</Message>\(extra)</Error>"
        return .status(status, headers: headers, body, end: end)
    }

    /// Nothing, for so long, and then the end.
    public static func silence(milliseconds: Int, end: End = .close) -> ScriptedAnswer {
        ScriptedAnswer(pieces: [(milliseconds, [])], end: end)
    }

    /// The same answer, sent in place of `100 Continue`.
    public var refusingBody: ScriptedAnswer {
        var answer = self
        answer.refusesBody = true
        return answer
    }
}
