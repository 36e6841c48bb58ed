import FoundationEssentials
import HTTP
import Synchronization
import TestSupport
import Testing

/// A new bucket on a server that we didn't write, seen through a client that we didn't write.
struct CloudBucket: Sendable {
    /// rclone takes every key but keeps no conditions; moto keeps conditions but refuses some keys.
    enum Server: String, CaseIterable, CustomTestStringConvertible {
        case rclone, moto

        var testDescription: String { rawValue }
        var process: ServerProcess { self == .rclone ? S3Servers.rclone : MotoServer.shared }
    }

    let server: Server
    let name: String
    private static let count = Atomic<Int>(0)
    private static let judge = ServerProcess(
        "exec '\(Tool.path("python3"))' '\(Tool.root)/Tests/EndToEnd/Cloud/botocore_judge.py'")
    private let http = HTTPClient()

    init(_ server: Server) throws {
        self.server = server
        name = "cloud-\(Self.count.add(1, ordering: .relaxed).newValue)"
        try call("create_bucket", [:])
    }

    // MARK: Objects

    func put(_ key: String, from path: String) throws { try call("put_object", ["Key": key], file: path) }

    func put(_ key: String, _ text: String) throws {
        let folder = try TemporaryFolder()
        try FileBytes.write(text.utf8, to: folder("object"))
        try put(key, from: folder("object"))
    }

    func get(_ key: String) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        return try FileBytes.read(try get(key, to: folder("object")))
    }

    @discardableResult
    func get(_ key: String, to path: String) throws -> String {
        try call("get_object", ["Key": key], file: path)
        return path
    }

    func enableVersions() throws {
        var order = Order(endpoint: server.process.origin, call: "put_bucket_versioning", with: ["Bucket": name])
        order.nested = ["VersioningConfiguration": ["Status": "Enabled"]]
        let _: Answer = try ask(order)
    }

    /// The new version's id.
    func putVersion(_ key: String, from path: String) throws -> String {
        try #require(try call("put_object", ["Key": key], file: path).versionId)
    }

    func delete(_ key: String) throws { try call("delete_object", ["Key": key]) }

    /// nil where there is no such object.
    func head(_ key: String) throws -> Head? {
        let head: Head = try ask("head_object", ["Key": key])
        return head.error == "404" ? nil : head
    }

    struct Head: Decodable {
        var error: String?
        var contentLength: Int?
        var contentType: String?
        var eTag: String?
        var metadata: [String: String]?
        var storageClass: String?
        var serverSideEncryption: String?
        var kmsKeyId: String?
        var versionId: String?
    }

    /// The keys below a prefix, in order; at most a thousand.
    func keys(_ prefix: String = "") throws -> [String] {
        let listing: Listing = try ask("list_objects_v2", ["Prefix": prefix])
        return (listing.contents ?? []).map(\.key)
    }

    /// The keys of the uploads that were neither completed nor aborted.
    func uploads() throws -> [String] {
        let listing: Listing = try ask("list_multipart_uploads", [:])
        return (listing.uploads ?? []).map(\.key)
    }

    private struct Listing: Decodable {
        struct Entry: Decodable { var key: String }
        var contents: [Entry]?
        var uploads: [Entry]?
    }

    /// A report, whose page is checked.
    func report(_ path: String) throws -> JobReport {
        let report = try JobReport(try get("reports/\(path).json"))
        try report.check(page: try get("reports/\(path).html"))
        return report
    }

    /// Checks that each report has a complete page, as an attempt that was killed or failed leaves them. A page is written
    /// before its report, so it may be newer.
    func checkPages() throws {
        for key in try keys("reports/") where key.hasSuffix(".json") {
            try JobReport.text(ofPage: try get("\(key.dropLast(".json".count)).html"))
        }
    }

    // MARK: The worker

    /// The worker's environment in AWS Batch.
    func environment(_ key: String?, endpoint: String? = nil, _ more: [String: String] = [:]) -> [String: String] {
        var variables = [
            "AWS_ACCESS_KEY_ID": S3Servers.accessKey, "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": endpoint ?? server.process.origin, "REELPRESS_PRESET": "ultrafast",
        ]
        if let key { variables.merge(["S3_BUCKET": name, "S3_KEY": key]) { $1 } }
        return variables.merging(more) { $1 }
    }

    func job(_ key: String, endpoint: String? = nil, _ more: [String: String] = [:]) -> Command {
        Worker.command([], environment: environment(key, endpoint: endpoint, more))
    }

    func tags(_ key: String) throws -> [String: String] {
        let tags = try call("get_object_tagging", ["Key": key]).tagSet ?? []
        return Dictionary(uniqueKeysWithValues: tags.map { ($0.key, $0.value) })
    }

    // MARK: Calls

    @discardableResult
    func call(_ name: String, _ arguments: [String: String], file: String? = nil) throws -> Answer {
        let answer: Answer = try ask(name, arguments, file: file)
        if let error = answer.error { throw CommandFailure("\(name) \(arguments): \(error)") }
        return answer
    }

    struct Answer: Decodable {
        var error: String?
        var uploadId: String?
        var versionId: String?
        var tagSet: [Tag]?

        struct Tag: Decodable {
            var key: String
            var value: String
        }
    }

    private struct Order: Encodable {
        var endpoint: String
        var call: String
        var with: [String: String]
        /// Arguments that are structures.
        var nested: [String: [String: String]] = [:]
        var file: String?
    }

    private func ask<Result: Decodable>(
        _ call: String, _ arguments: [String: String], file: String? = nil
    ) throws -> Result {
        var order = Order(
            endpoint: server.process.origin, call: call, with: arguments.merging(["Bucket": name]) { $1 })
        order.file = file
        return try ask(order)
    }

    private func ask<Result: Decodable>(_ order: Order) throws -> Result {
        var request = HTTPRequest(.post, "\(Self.judge.origin)/")
        request.body = .bytes(Array(try JSONEncoder().encode(order)))
        return try JSONDecoder().decode(Result.self, from: Data(try http.send(request).body))
    }
}
