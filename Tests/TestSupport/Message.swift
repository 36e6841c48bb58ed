import CCrypto

/// An HTTP message as the proxy passes it on: its head byte for byte, its body decoded.
struct Message {
    var head: [String]
    var body: [UInt8]

    func header(_ name: String) -> String? {
        for line in head.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name { return parts[1].drop { $0 == " " }.description }
        }
        return nil
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
        var bytes: [UInt8] = []
        while true {
            var searched = 0
            var end: Int?
            while end == nil {
                let limit = bytes.count
                var index = max(0, searched - 3)
                while index + 3 < limit {
                    if bytes[index] == 13, bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10 {
                        end = index
                        break
                    }
                    index += 1
                }
                searched = limit
                if end != nil { break }
                let more = socket.receive()
                if more.isEmpty { return nil }
                bytes += more
            }
            let text = String(decoding: bytes[..<end!], as: UTF8.self)
            var message = Message(head: text.split(separator: "\r\n").map(String.init), body: [])
            bytes.removeFirst(end! + 4)
            if message.head[0].hasPrefix("HTTP/1.1 100") { continue }
            if continues, message.header("expect") != nil { socket.send("HTTP/1.1 100 Continue\r\n\r\n".utf8) }
            guard hasBody else { return message }
            if message.header("transfer-encoding")?.lowercased() == "chunked" {
                while !bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) {
                    let more = socket.receive()
                    if more.isEmpty { return nil }
                    bytes += more
                }
                message.body = unchunk(bytes)
            } else {
                let length = Int(message.header("content-length") ?? "0") ?? 0
                while bytes.count < length {
                    let more = socket.receive(1 << 20)
                    if more.isEmpty { return nil }
                    bytes += more
                }
                message.body = Array(bytes.prefix(length))
            }
            return message
        }
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
