import HTTP
import TestSupport
import Testing

/// Connections that are kept, and those that died meanwhile.
@Suite("Kept connections") struct KeepAliveTests {
    private static let ok = ScriptedAnswer.status(200, "ok")

    private func send(_ method: HTTPMethod, _ client: HTTPClient, _ server: ScriptedServer) throws -> HTTPResponse {
        let body: HTTPBody = method == .get ? .none : .bytes(Array("body of some length".utf8))
        return try client.send(HTTPRequest(method, server.origin + "/x", body: body))
    }

    @Test("A connection is used again") func reuse() throws {
        let server = ScriptedServer { _ in Self.ok }
        let client = HTTPClient()
        for method in [HTTPMethod.get, .post, .put, .delete, .get] { _ = try send(method, client, server) }
        #expect(Set(server.requests.map(\.connection)) == [1])
        #expect(client.traffic.requests == 5)
    }

    /// As S3 does after some seconds of silence, without announcing it; and as a server that was restarted.
    @Test(
        "A connection that died while idle is replaced", arguments: [HTTPMethod.get, .post, .put, .delete],
        [ScriptedAnswer.End.close, .reset])
    func diedIdle(_ method: HTTPMethod, _ end: ScriptedAnswer.End) throws {
        let server = ScriptedServer { _ in
            var answer = Self.ok
            answer.end = end
            return answer
        }
        let client = HTTPClient()
        for _ in 0..<3 { #expect(try send(method, client, server).status == 200) }
        #expect(server.requests.map(\.connection) == [1, 2, 3])
        let body = method == .get ? "" : "body of some length"
        #expect(server.requests.allSatisfy { $0.text == body })
    }

    /// The server's close crosses the next request on its way: it was sent, but nobody answers.
    @Test(
        "A request that crossed the close is sent again", arguments: [HTTPMethod.get, .post, .put, .delete],
        [ScriptedAnswer.End.close, .reset])
    func crossedClose(_ method: HTTPMethod, _ end: ScriptedAnswer.End) throws {
        let server = ScriptedServer { request in
            request.connection == 1 && request.target == "/second" ? ScriptedAnswer(pieces: [], end: end) : Self.ok
        }
        let client = HTTPClient()
        _ = try client.send(HTTPRequest(.get, server.origin + "/first"))
        let body: HTTPBody = method == .get ? .none : .bytes(Array("body".utf8))
        let response = try client.send(HTTPRequest(method, server.origin + "/second", body: body))
        #expect(response.status == 200)
        let requests = server.requests
        #expect(requests.map(\.connection) == [1, 1, 2])
        #expect(requests[2].text == (method == .get ? "" : "body"))
    }

    /// A new connection that is cut is an error: whether the server did the work is not known.
    @Test("A cut of a new connection is reported") func freshCut() {
        let server = ScriptedServer { _ in ScriptedAnswer(pieces: [], end: .reset) }
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().send(HTTPRequest(.post, server.origin, body: .bytes([1])))
        }
        #expect(error?.code == .connectionLost && server.requests.count == 1)
    }

    @Test("A handle isn't used again after an error") func afterError() throws {
        let server = ScriptedServer { _ in .status(200, String(repeating: "x", count: 100_000)) }
        let client = HTTPClient()
        struct Enough: Error {}
        #expect(throws: Enough.self) {
            _ = try client.send(HTTPRequest(.get, server.origin)) { _, _ in throw Enough() }
        }
        #expect(try client.send(HTTPRequest(.get, server.origin)).body.count == 100_000)
        #expect(server.requests.map(\.connection) == [1, 2])
    }
}
