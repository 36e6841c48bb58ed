import HTTP
import TestSupport
import Testing
import Threads

@Suite("HTTPClient") struct HTTPClientTests {
    @Test("A URL is sent unchanged") func url() throws {
        let server = ScriptedServer { _ in .status(200) }
        let target = "/a/../b//./c%2F%20?x=1&x&y=%2B"
        _ = try HTTPClient().send(HTTPRequest(.get, server.origin + target))
        #expect(server.requests[0].target == target)
    }

    @Test(
        "URLs other than HTTP's are refused",
        arguments: ["", "x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "127.0.0.1/"])
    func otherURLs(_ url: String) {
        let error = #expect(throws: HTTPError.self) { try HTTPClient().send(HTTPRequest(.get, url)) }
        #expect(error?.code == .invalidRequest && error?.isTransient == false)
    }

    @Test("Headers arrive and are read") func headers() throws {
        let server = ScriptedServer { _ in
            .status(200, headers: [("X-One", "  a  b\t"), ("x-two", ""), ("X-Two", "second")], "body")
        }
        let request = HTTPRequest(.get, server.origin, headers: ["X-Empty": "", "X-Text": "a: b"])
        let response = try HTTPClient().send(request)
        #expect(response.headers["x-one"] == "a  b" && response.headers["X-TWO"] == "")
        #expect(response.headers.fields.filter { $0.name.lowercased() == "x-two" }.count == 2)
        #expect(response.contentLength == 4)
        let asked = server.requests[0]
        #expect(asked["x-empty"] == "" && asked["x-text"] == "a: b")
        // libcurl's own additions stay away.
        #expect(asked["content-type"] == nil && asked["expect"] == nil && asked["content-length"] == nil)
    }

    @Test("Interim responses are skipped") func interimResponses() throws {
        let server = ScriptedServer { _ in
            let early = Array("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".utf8)
            return ScriptedAnswer(pieces: [(0, early + ScriptedAnswer.status(201, "b").pieces[0].bytes)])
        }
        let response = try HTTPClient().send(HTTPRequest(.get, server.origin))
        #expect(response.status == 201 && response.headers["Link"] == nil && response.body == Array("b".utf8))
    }

    @Test("HEAD has a length and no body") func head() throws {
        let server = ScriptedServer { _ in .status(200, length: 123_456_789_012) }
        let response = try HTTPClient().send(HTTPRequest(.head, server.origin))
        #expect(response.contentLength == 123_456_789_012 && response.body.isEmpty)
    }

    @Test("Bodies of every kind arrive", arguments: [0, 1, 1 << 20, (3 << 20) + 1]) func bodies(_ size: Int) throws {
        let server = ScriptedServer { .bytes(200, $0.body) }
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
        let client = HTTPClient()
        try bytes.withUnsafeBytes { buffer in
            let stream = HTTPBody.stream(length: UInt64(size)) { offset, target in
                let count = min(target.count, 10_000, size - Int(offset))
                target.copyBytes(from: buffer[Int(offset)..<(Int(offset) + count)])
                return count
            }
            for body in [HTTPBody.bytes(bytes), .borrowed(buffer), stream] {
                for method in [HTTPMethod.put, .post] {
                    let response = try client.send(HTTPRequest(method, server.origin, body: body))
                    #expect(response.body == bytes)
                }
            }
        }
        #expect(server.requests.allSatisfy { $0["content-length"] == String(size) })
        #expect(client.traffic.bytesSent == UInt64(6 * size) && client.traffic.bytesReceived == UInt64(6 * size))
    }

    @Test("An error of a streamed body is thrown") func failedBody() {
        struct Broken: Error {}
        let server = ScriptedServer { _ in .status(200) }
        #expect(throws: Broken.self) {
            try HTTPClient().send(
                HTTPRequest(.put, server.origin, body: .stream(length: 10) { _, _ in throw Broken() }))
        }
    }

    @Test("A body over the limit is refused") func bodyLimit() {
        let server = ScriptedServer { _ in .status(200, String(repeating: "x", count: 1001)) }
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(HTTPRequest(.get, server.origin), limit: 1000)
        }
        #expect(error?.code == .bodyTooLarge)
    }

    /// What isn't a whole response, and how it is called.
    @Test(
        "Broken responses are transient errors",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", HTTPError.Code.connectionLost),
            ("HTTP/1.1 200 OK\r\nContent-Le", .connectionLost), ("garbage\r\n\r\n", .malformedResponse),
            ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", .malformedResponse),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", .connectionLost),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", .connectionLost), ("", .connectionLost),
        ])
    func brokenResponses(_ text: String, _ code: HTTPError.Code) {
        let server = ScriptedServer { _ in ScriptedAnswer(pieces: [(0, Array(text.utf8))], end: .close) }
        let error = #expect(throws: HTTPError.self) { try HTTPClient().send(HTTPRequest(.get, server.origin)) }
        #expect(error?.isTransient == true, "\(String(describing: error))")
        #expect(error?.code == code || error?.code == .other, "\(String(describing: error?.code))")
    }

    @Test("A closed port is an error") func closedPort() {
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:\(Socket.freePort())"))
        }
        #expect(error?.code == .notConnected && error?.isTransient == true)
    }

    @Test("Silence is a time-out") func silence() {
        let server = ScriptedServer { _ in .silence(milliseconds: 8000) }
        let client = HTTPClient(timeouts: HTTPTimeouts(connect: 1, stall: 1))
        let error = #expect(throws: HTTPError.self) { try client.send(HTTPRequest(.get, server.origin)) }
        #expect(error?.code == .timedOut && error?.isTransient == true)
    }

    @Test("The total time is limited on request") func totalTime() {
        let server = ScriptedServer { _ in
            ScriptedAnswer(pieces: (0..<80).map { _ in (100, Array("HTTP/1.1 102 P\r\n\r\n".utf8)) })
        }
        let client = HTTPClient(timeouts: HTTPTimeouts(total: 0.5))
        let error = #expect(throws: HTTPError.self) { try client.send(HTTPRequest(.get, server.origin)) }
        #expect(error?.code == .timedOut)
    }

    @Test("A slow transfer that moves continues") func slowTransfer() throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n".utf8)
        let server = ScriptedServer { _ in
            ScriptedAnswer(pieces: [(0, head)] + (0..<13).map { _ in (200, Array("x".utf8)) })
        }
        let client = HTTPClient(timeouts: HTTPTimeouts(connect: 1, stall: 2))
        #expect(try client.send(HTTPRequest(.get, server.origin)).body.count == 13)
    }

    @Test("A cancelled request ends") func cancelled() {
        let server = ScriptedServer { _ in .silence(milliseconds: 20_000) }
        var request = HTTPRequest(.get, server.origin)
        request.cancellation = Cancellation(after: 0.3)
        let error = #expect(throws: HTTPError.self) { try HTTPClient().send(request) }
        #expect(error?.code == .cancelled && error?.isTransient == false)
    }

    @Test("A body waits for 100 Continue") func expectContinue() throws {
        let server = ScriptedServer { request in
            request.target == "/no" ? ScriptedAnswer.status(403).refusingBody : .status(200)
        }
        let client = HTTPClient()
        var request = HTTPRequest(.put, server.origin + "/no", body: .bytes([UInt8](repeating: 1, count: 3 << 20)))
        request.expectsContinue = true
        #expect(try client.send(request).status == 403)
        #expect(client.traffic.bytesSent == 0)
        request.url = server.origin + "/yes"
        #expect(try client.send(request).status == 200)
        #expect(client.traffic.bytesSent == 3 << 20 && server.requests.last?.body.count == 3 << 20)
    }

    @Test("Secrets are not described") func secrets() {
        let headers: HTTPHeaders = ["Authorization": "HUSH", "x-amz-security-token": "HUSH", "X-Other": "seen"]
        #expect(!"\(headers)".contains("HUSH") && "\(headers)".contains("X-Other: seen"))
    }
}
