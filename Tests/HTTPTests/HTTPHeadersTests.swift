import HTTP
import Testing

@Suite("HTTPHeaders") struct HTTPHeadersTests {
    @Test("Names are compared without case") func names() {
        var headers: HTTPHeaders = ["ETag": "a", "x-b": "1"]
        headers.add(name: "X-B", value: "2")
        #expect(headers["etag"] == "a" && headers["X-b"] == "1")
        headers["X-B"] = nil
        #expect(headers["x-b"] == nil && headers.fields.count == 1)
    }

    @Test("Line breaks are refused", arguments: ["a\r\nb: c", "a\nb", "\u{0}"])
    func lineBreaks(_ value: String) {
        let request = HTTPRequest(.get, "http://127.0.0.1:9/", headers: ["x": value])
        let error = #expect(throws: HTTPError.self) { try HTTPClient().send(request) }
        #expect(error?.code == .invalidRequest)
    }
}
