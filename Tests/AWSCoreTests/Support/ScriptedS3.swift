import HTTP
import TestSupport

@testable import AWSCore

/// A client of a scripted server, quick to retry.
struct ScriptedS3 {
    static let place = ObjectLocation(bucket: "bucket", key: "k")
    let server: ScriptedServer
    let client: S3Client

    /// - Parameter answer: is given the request and how many came before it.
    init(
        credentials: any CredentialSource = Credentials(accessKeyID: "AKID", secretAccessKey: "secret"),
        retry: RetryPolicy = RetryPolicy(maxAttempts: 4, baseDelay: 1, maxDelay: 5),
        timeouts: HTTPTimeouts = HTTPTimeouts(connect: 5, stall: 5),
        _ answer: @escaping @Sendable (ScriptedRequest, Int) -> ScriptedAnswer
    ) {
        let counter = Counter()
        server = ScriptedServer { answer($0, counter.next() - 1) }
        client = S3Client(
            AWSConfiguration(
                region: "us-east-1", credentials: credentials, endpoint: server.origin, retry: retry, timeouts: timeouts
            ))
    }

    /// An answer to PutObject or UploadPart.
    static let stored = ScriptedAnswer.status(200, headers: [("ETag", "\"e\"")])

    /// An answer to HeadObject.
    static func found(size: Int, etag: String = "\"e\"") -> ScriptedAnswer {
        .status(200, headers: [("ETag", etag)], length: size)
    }

    /// An answer to GetObject, of the range that is asked for.
    static func range(_ request: ScriptedRequest, of bytes: [UInt8], etag: String = "\"e\"") -> ScriptedAnswer {
        let fields = (request["range"] ?? "").split { $0 == "=" || $0 == "-" }.dropFirst().compactMap { Int($0) }
        guard fields.count == 2, fields[1] < bytes.count else { return .status(416) }
        let headers = [("ETag", etag), ("Content-Range", "bytes \(fields[0])-\(fields[1])/\(bytes.count)")]
        return .bytes(206, headers: headers, Array(bytes[fields[0]...fields[1]]))
    }

    /// A date as HTTP writes it, so many seconds from now.
    static func date(in seconds: Int) -> String {
        let basic = Timestamp(seconds: Timestamp.now.seconds + seconds).basic
        let digits = Array(basic)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[Int(String(digits[4...5]))! - 1]
        return "Mon, \(String(digits[6...7])) \(month) \(String(digits[0...3])) \(String(digits[9...10])):"
            + "\(String(digits[11...12])):\(String(digits[13...14])) GMT"
    }
}

/// Tests write tags as servers do, with quotation marks.
extension ETag: ExpressibleByStringLiteral {
    init(stringLiteral text: String) { self.init(text) }
}
