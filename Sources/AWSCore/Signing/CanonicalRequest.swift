import HTTP

/// A request in the form that Signature Version 4 signs: "Create a signed AWS API request", step 1.
struct CanonicalRequest {
    /// Which rules canonicalise the path.
    enum Flavour {
        /// The path's `.`, `..` and empty segments are resolved and it is encoded a second time.
        case general
        /// S3: the path as it is sent, since a key may hold such segments.
        case s3
    }

    var method: String
    /// The path as it is sent, percent-encoded.
    var path: String
    /// Names and values before percent-encoding.
    var query: [(name: String, value: String)]
    var headers: HTTPHeaders
    var payloadHash: String
    var flavour: Flavour

    /// Headers that a proxy may change or that are added after signing.
    private static let unsigned: Set = ["expect", "user-agent", "transfer-encoding", "x-amzn-trace-id", "connection"]

    var signedHeaders: String {
        groups.map(\.name).joined(separator: ";")
    }

    var text: String {
        let lines = groups.map { $0.name + ":" + $0.values.joined(separator: ",") + "\n" }.joined()
        return [method, canonicalPath, PercentEncoding.encode(query), lines, signedHeaders, payloadHash].joined(
            separator: "\n")
    }

    private var canonicalPath: String {
        switch flavour {
        case .s3: path.isEmpty ? "/" : path
        case .general: PercentEncoding.encode(Self.normalise(path), keepingSlash: true)
        }
    }

    private static func normalise(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        let text = "/" + segments.joined(separator: "/")
        return path.hasSuffix("/") && !segments.isEmpty ? text + "/" : text
    }

    private var groups: [(name: String, values: [String])] {
        var groups: [String: [String]] = [:]
        for field in headers.fields {
            let name = field.name.lowercased()
            if !Self.unsigned.contains(name) { groups[name, default: []].append(Self.trim(field.value)) }
        }
        return groups.sorted { Self.precedes($0.key, $1.key) }.map { ($0.key, $0.value) }
    }

    /// Inner runs of blanks count as one.
    private static func trim(_ value: String) -> String {
        value.utf8.split { $0 == 32 || (9...13).contains($0) }.map { String($0)! }.joined(separator: " ")
    }

    /// In order of bytes: Swift's own order of strings is that of Unicode's canonical equivalence.
    private static func precedes(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }
}
