import CCrypto

/// An HTTP message as the proxy passes it on: its head byte for byte, its body decoded.
struct Message {
    var head: [String]
    var body: [UInt8]

    func header(_ name: String) -> String? {
        for line in head.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0].lowercased() == name { return parts[1].drop { $0 == " " }.description }
        }
        return nil
    }

    /// The same without a header, whose name is given in lower case.
    func removing(_ name: String) -> Message {
        var copy = self
        copy.head.removeAll { $0.prefix { $0 != ":" }.lowercased() == name }
        return copy
    }

    func encoded(length: Int) -> [UInt8] {
        let kept = head.filter {
            let name = $0.prefix { $0 != ":" }.lowercased()
            return name != "content-length" && name != "transfer-encoding" && name != "expect"
        }
        return Array((kept + ["Content-Length: \(length)", "", ""]).joined(separator: "\r\n").utf8) + body
    }

    /// Whether the body is what was signed: S3 looks, the servers that we test against need not.
    var isIntact: Bool {
        guard let hash = header("x-amz-content-sha256"), hash.utf8.count == 64 else { return true }
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_Digest(body, body.count, &digest, nil, EVP_sha256(), nil)
        let digits = Array("0123456789abcdef")
        return hash == String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Reads one message; nil where the connection ends first. An answer to HEAD has no body.
    static func read(_ socket: Socket, hasBody: Bool = true, continues: Bool = false) -> Message? {
        while let (message, rest) = readHead(socket) {
            if message.head[0].hasPrefix("HTTP/1.1 100") { continue }
            if continues, message.header("expect") != nil { socket.send("HTTP/1.1 100 Continue\r\n\r\n".utf8) }
            return hasBody ? message.readingBody(socket, from: rest) : message
        }
        return nil
    }

    /// Reads a head, and with it what has arrived behind it; nil where the connection ends first.
    static func readHead(_ socket: Socket) -> (message: Message, rest: [UInt8])? {
        var bytes: [UInt8] = []
        while true {
            if let end = endOfHead(bytes) {
                let text = String(decoding: bytes[..<end], as: UTF8.self)
                let head = text.split(separator: "\r\n").map(String.init)
                guard !head.isEmpty else { return nil }
                return (Message(head: head, body: []), Array(bytes[(end + 4)...]))
            }
            let more = socket.receive()
            if more.isEmpty { return nil }
            bytes += more
        }
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }

    /// The message with its body, of which `rest` has arrived already.
    func readingBody(_ socket: Socket, from rest: [UInt8]) -> Message? {
        var message = self
        var bytes = rest
        if header("transfer-encoding")?.lowercased() == "chunked" {
            while !bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) {
                let more = socket.receive()
                if more.isEmpty { return nil }
                bytes += more
            }
            message.body = Self.unchunk(bytes)
        } else {
            let length = Int(header("content-length") ?? "0") ?? 0
            while bytes.count < length {
                let more = socket.receive(1 << 20)
                if more.isEmpty { return nil }
                bytes += more
            }
            message.body = Array(bytes.prefix(length))
        }
        return message
    }

    private static func unchunk(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 13) {
            guard let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), size > 0 else { break }
            body += rest[(end + 2)..<(end + 2 + size)]
            rest = rest[(end + 4 + size)...]
        }
        return body
    }
}
