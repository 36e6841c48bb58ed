/// One HTTP request over a connection of its own, by none of the code that is tested.
enum PlainRequest {
    /// The answer's status and body; status 0 where there is none.
    static func send(
        _ method: String,
        _ port: UInt16,
        _ path: String,
        headers: [String] = [],
        _ body: String = ""
    ) -> (status: Int, body: String) {
        guard let socket = Socket(connectingTo: port) else { return (0, "") }
        defer { socket.shut() }
        let head =
            ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Content-Length: \(body.utf8.count)"] + headers
        socket.send(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
        guard let answer = Message.read(socket) else { return (0, "") }
        let status = answer.head[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return (status, String(decoding: answer.body, as: UTF8.self))
    }
}
