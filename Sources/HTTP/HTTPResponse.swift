/// A response: its status and header fields, and the body where it was collected.
public struct HTTPResponse: Sendable {
    /// The status code of the final response (never 1xx).
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The collected body; empty where the body went to the caller's closure.
    public var body: [UInt8] = []

    /// A response without a body.
    public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// `Content-Length`, where the server sent a valid one.
    public var contentLength: UInt64? { headers["Content-Length"].flatMap(UInt64.init) }
}

/// Collects the header lines of one response. libcurl hands them over one by one, those of interim (1xx) responses and
/// trailers too.
struct HeaderParser {
    private(set) var response = HTTPResponse(status: 0)
    /// Whether the blank line after the fields came: libcurl takes a head that breaks off for a whole one.
    private(set) var isComplete = false

    /// Takes one line, with or without its line break. Folded lines never come: libcurl refuses them.
    mutating func take(_ line: UnsafeRawBufferPointer) {
        var line = line[...]
        while let last = line.last, last == 13 || last == 10 { line = line.dropLast() }
        if line.starts(with: "HTTP/".utf8) {
            response = HTTPResponse(status: Self.status(of: line))
            isComplete = false
        } else if line.isEmpty {
            isComplete = true
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[(colon + 1)...].drop { $0 == 32 || $0 == 9 }
            let end = value.lastIndex { $0 != 32 && $0 != 9 }.map { $0 + 1 } ?? value.startIndex
            response.headers.add(
                name: String(decoding: line[..<colon], as: UTF8.self),
                value: String(decoding: value[..<end], as: UTF8.self))
        }
    }

    private static func status(of line: Slice<UnsafeRawBufferPointer>) -> Int {
        guard let blank = line.firstIndex(of: 32) else { return 0 }
        return line[(blank + 1)...].prefix(3).reduce(0) { $0 * 10 + Int($1) - 48 }
    }
}
