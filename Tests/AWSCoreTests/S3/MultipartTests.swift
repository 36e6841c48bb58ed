import TestSupport
import Testing

@testable import AWSCore

/// What S3 does and neither of the other servers: late answers, and conditions that it checks.
@Suite("Multipart uploads") struct MultipartTests {
    private static let done = "<CompleteMultipartUploadResult><ETag>\"whole-1\"</ETag></CompleteMultipartUploadResult>"
    private static let started = ScriptedAnswer.status(
        200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
    private static let parts = [UploadedPart(number: 1, etag: "\"e\"")]

    private func complete(_ s3: ScriptedS3, ifNoneMatch: Bool = false, ifMatch: ETag? = nil) throws -> ETag {
        try s3.client.completeMultipartUpload(
            ScriptedS3.place, uploadID: "id", parts: Self.parts, size: 7, ifNoneMatch: ifNoneMatch, ifMatch: ifMatch)
    }

    /// 200 at once, white space while S3 works, then the outcome.
    private static func late(_ body: String) -> ScriptedAnswer {
        func chunk(_ text: String) -> [UInt8] { Array("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n".utf8) }
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        let parts = head.split(separator: "\r\n\r\n")
        return ScriptedAnswer(pieces: [
            (0, Array("\(parts[0])\r\n\r\n".utf8) + chunk(String(parts[1]))), (50, chunk("  \n ")), (50, chunk(" ")),
            (50, chunk(body) + Array("0\r\n\r\n".utf8)),
        ])
    }

    @Test("A success that comes late is read") func lateSuccess() throws {
        let s3 = ScriptedS3 { _, _ in Self.late(Self.done) }
        #expect(try complete(s3) == "\"whole-1\"")
        let request = s3.server.requests[0]
        #expect(request["x-amz-mp-object-size"] == "7" && request["if-match"] == nil && request["if-none-match"] == nil)
        #expect(request.text.contains("<PartNumber>1</PartNumber><ETag>&quot;e&quot;</ETag>"))
    }

    /// Some servers answer every page like this.
    @Test("A list of uploads whose next page is the same one ends") func repeatedPage() throws {
        let page =
            "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
            + "<NextUploadIdMarker>u</NextUploadIdMarker></ListMultipartUploadsResult>"
        let s3 = ScriptedS3 { _, _ in .status(200, page) }
        let next = try #require(try s3.client.listMultipartUploads(bucket: "bucket").continuation)
        #expect(next == MultipartUploadListing.Marker(key: "k", uploadID: "u"))
        #expect(try s3.client.listMultipartUploads(bucket: "bucket", continuation: next).continuation == nil)
        let target = s3.server.requests[1].target
        #expect(target.contains("key-marker=k&") && target.contains("upload-id-marker=u"))
    }

    /// S3 numbers parts from 1 to 10,000.
    @Test("No part after the 10,000th is sent") func lastNumber() throws {
        let s3 = ScriptedS3 { request, _ in request.method == "PUT" ? ScriptedS3.stored : Self.started }
        let upload = PartUpload(s3.client, ScriptedS3.place, ObjectOptions(), firstNumber: 10_000, threads: 1)
        try upload.add(PartBuffer(capacity: 9), count: 9)
        let error = #expect(throws: AWSError.self) { try upload.add(PartBuffer(capacity: 9), count: 9) }
        #expect(error?.kind == .configuration && error?.message.contains("give its size in advance") == true)
        upload.cancel()
        #expect(s3.server.requests.allSatisfy { !$0.target.contains("partNumber=10001") })
    }

    /// What such a bucket asks for, in its own words; the hash that is signed isn't enough.
    @Test("A bucket with Object Lock gets a checksum of each body and of each part") func objectLock() throws {
        let s3 = ScriptedS3 { request, _ in
            switch request.method {
            case "POST" where request.target.contains("uploads="):
                return request["x-amz-checksum-algorithm"] == "SHA256"
                    ? Self.started
                    : .error(400, "InvalidRequest")
            case "POST":
                let sum = "<ChecksumSHA256>\(Base64.encode(SHA256.digest("a part")))</ChecksumSHA256></Part>"
                return request.text.contains(sum) ? .status(200, Self.done) : .error(400, "InvalidRequest")
            default:
                // Seen without its body too, where it waits for 100 Continue.
                let sum = request["x-amz-checksum-sha256"]
                guard let sum, request.body.isEmpty || sum == Base64.encode(SHA256.digest(request.text)) else {
                    return .error(400, "InvalidRequest")
                }
                return .status(200, headers: [("ETag", "\"e\""), ("x-amz-checksum-sha256", sum)])
            }
        }
        #expect(try s3.client.putObject(ScriptedS3.place, Array("a whole".utf8)) == "\"e\"")
        let id = try s3.client.createMultipartUpload(ScriptedS3.place)
        let part = try Array("a part".utf8).withUnsafeBytes {
            try s3.client.uploadPart(ScriptedS3.place, uploadID: id, number: 1, $0)
        }
        #expect(
            try s3.client.completeMultipartUpload(ScriptedS3.place, uploadID: id, parts: [part], size: 6)
                == "\"whole-1\"")
    }

    @Test("A failure after a 200 is repeated", arguments: ["InternalError", "SlowDown", "SomethingNew"])
    func lateFailure(_ code: String) throws {
        let s3 = ScriptedS3 { _, index in
            Self.late(index < 2 ? "<Error><Code>\(code)</Code><Message>m</Message></Error>" : Self.done)
        }
        #expect(try complete(s3) == "\"whole-1\"")
        #expect(s3.server.requests.count == 3)
    }

    @Test(
        "A response that breaks off is repeated",
        arguments: ["", "<Complete", "<CompleteMultipartUploadResult><ETag>x</ETag>"])
    func brokenResponse(_ body: String) throws {
        let s3 = ScriptedS3 { _, index in Self.late(index == 0 ? body : Self.done) }
        #expect(try complete(s3) == "\"whole-1\"")
    }

    @Test("A refusal after a 200 is final") func lateRefusal() {
        let s3 = ScriptedS3 { request, _ in
            request.method == "HEAD" ? .status(404) : Self.late("<Error><Code>InvalidPart</Code></Error>")
        }
        let error = #expect(throws: AWSError.self) { try complete(s3) }
        #expect(error?.code == "InvalidPart" && error?.isRetryable == false)
    }

    /// The first try published the object, but its answer was lost: the second finds no upload any more.
    @Test("The client's own object is recognised after a lost response") func lostResponse() throws {
        let etag = try #require(UploadedPart.etag(ofAll: [UploadedPart(number: 1, etag: ETag(Self.md5))]))
        let s3 = ScriptedS3 { request, index in
            if request.method == "HEAD" { return ScriptedS3.found(size: 7, etag: etag.quoted) }
            return index == 0 ? ScriptedAnswer(pieces: [], end: .reset) : .error(404, "NoSuchUpload")
        }
        let parts = [UploadedPart(number: 1, etag: ETag(Self.md5))]
        let result = try s3.client.completeMultipartUpload(ScriptedS3.place, uploadID: "id", parts: parts, size: 7)
        #expect(result == etag)
    }

    private static let md5 = "0123456789abcdef0123456789abcdef"

    @Test("Conditions are sent, and their failure is reported") func conditions() {
        let s3 = ScriptedS3 { request, _ in
            request.method == "HEAD" ? .status(404) : .error(412, "PreconditionFailed")
        }
        let replaced = #expect(throws: AWSError.self) { try complete(s3, ifMatch: "\"old\"") }
        #expect(replaced?.kind == .modified && s3.server.requests[0]["if-match"] == "\"old\"")
        let taken = #expect(throws: AWSError.self) { try complete(s3, ifNoneMatch: true) }
        #expect(taken?.kind == .service && taken?.status == 412)
        #expect(taken?.message.contains("has an object already") == true)
        #expect(s3.server.requests.contains { $0["if-none-match"] == "*" })
    }

    @Test("A conflict isn't repeated: the whole upload must start again") func conflict() {
        let s3 = ScriptedS3 { request, _ in
            request.method == "HEAD" ? .status(404) : .error(409, "ConditionalRequestConflict")
        }
        let error = #expect(throws: AWSError.self) { try complete(s3, ifNoneMatch: true) }
        #expect(error?.status == 409 && error?.isRetryable == false && s3.server.requests.count == 1)
    }

    @Test("A part without an ETag is uploaded again") func missingETag() throws {
        let s3 = ScriptedS3 { _, index in index == 0 ? .status(200) : ScriptedS3.stored }
        let part = try [UInt8](arrayLiteral: 1, 2).withUnsafeBytes {
            try s3.client.uploadPart(ScriptedS3.place, uploadID: "id", number: 3, $0)
        }
        #expect(part == UploadedPart(number: 3, etag: "\"e\"") && s3.server.requests.count == 2)
    }

    @Test("The body of a refused part isn't sent") func refusedPart() throws {
        let s3 = ScriptedS3(retry: RetryPolicy(maxAttempts: 1)) { _, _ in .error(403, "AccessDenied").refusingBody }
        let error = #expect(throws: AWSError.self) {
            try [UInt8](repeating: 1, count: 8 << 20).withUnsafeBytes {
                _ = try s3.client.uploadPart(ScriptedS3.place, uploadID: "id", number: 1, $0)
            }
        }
        #expect(error?.code == "AccessDenied")
        #expect(s3.server.requests[0]["expect"] == "100-continue" && s3.client.traffic.bytesSent == 0)
    }

    /// Where an upload fails, whatever the place, it is aborted.
    @Test("A failed writer leaves no upload", arguments: ["PUT", "POST", "never finished"]) func failedWriter(
        _ failing: String
    ) throws {
        let s3 = ScriptedS3 { request, _ in
            switch request.method {
            case "POST" where request.target.hasSuffix("?uploads="):
                .status(200, "<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>")
            case failing: .error(403, "AccessDenied")
            case "DELETE": .status(204)
            case "HEAD": .status(404)
            default: ScriptedS3.stored
            }
        }
        var writer: ObjectWriter? = ObjectWriter(s3.client, ScriptedS3.place)
        let bytes = [UInt8](repeating: 1, count: 20 << 20)
        if failing == "never finished" {
            try bytes.withUnsafeBytes { try writer?.write($0, at: 0) }
        } else {
            let error = #expect(throws: AWSError.self) {
                try bytes.withUnsafeBytes { try writer?.write($0, at: 0) }
                _ = try writer?.finish()
            }
            #expect(error?.code == "AccessDenied")
        }
        writer = nil
        let last = try #require(s3.server.requests.last)
        #expect(last.method == "DELETE" && last.target == "/bucket/k?uploadId=id")
    }

    /// A server that takes an upload.
    private static func taking() -> ScriptedS3 {
        ScriptedS3 { request, _ in
            request.method == "POST" && request.target.contains("uploads=")
                ? started
                : request.method == "PUT" ? ScriptedS3.stored : .status(200, done)
        }
    }

    @Test("An upload that lacks a part is not completed") func missingPart() throws {
        let s3 = Self.taking()
        // Part 1 is the head's, which does not come.
        let upload = PartUpload(s3.client, ScriptedS3.place, ObjectOptions(), firstNumber: 2, threads: 1)
        try upload.add(try upload.buffer(capacity: 8), count: 8)
        let error = #expect(throws: AWSError.self) { try upload.complete(nil, size: 8) }
        #expect(error?.message.contains("not every part") == true)
        #expect(!s3.server.requests.contains { $0.method == "POST" && $0.target.contains("uploadId=") })
    }

    @Test("A completion lists every part in its order") func allParts() throws {
        let s3 = ScriptedS3 { _, _ in .status(200, Self.done) }
        let parts = (1...3).map { UploadedPart(number: $0, etag: ETag("\"e\($0)\"")) }
        _ = try s3.client.completeMultipartUpload(ScriptedS3.place, uploadID: "id", parts: parts, size: 9)
        let listed = s3.server.requests[0].text.split(separator: "<PartNumber>").dropFirst().map {
            String($0.prefix(16))
        }
        #expect(listed == (1...3).map { "\($0)</PartNumber><ETag>".prefix(16) }.map(String.init))
        #expect(s3.server.requests[0].text.contains("<PartNumber>3</PartNumber><ETag>&quot;e3&quot;</ETag>"))
    }

    @Test("The head is the first part of a completion, although it is uploaded last") func headFirst() throws {
        let s3 = Self.taking()
        let upload = PartUpload(s3.client, ScriptedS3.place, ObjectOptions(), firstNumber: 2, threads: 1)
        try upload.add(try upload.buffer(capacity: 8), count: 8)
        _ = try upload.complete((try upload.buffer(capacity: 8), 8), size: 16)
        let numbers = try #require(s3.server.requests.last).text.split(separator: "<PartNumber>").dropFirst().map {
            $0.first
        }
        #expect(numbers == ["1", "2"])
    }

    @Test("An upload that is gone is as good as aborted; one that may not be aborted is not") func abort() throws {
        let gone = ScriptedS3 { _, _ in .error(404, "NoSuchUpload") }
        try gone.client.abortMultipartUpload(ScriptedS3.place, uploadID: "u")
        let refused = ScriptedS3 { _, _ in .error(403, "AccessDenied") }
        #expect(throws: AWSError.self) {
            try refused.client.abortMultipartUpload(ScriptedS3.place, uploadID: "u")
        }
    }
}
