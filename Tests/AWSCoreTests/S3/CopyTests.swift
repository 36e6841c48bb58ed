import TestSupport
import Testing

@testable import AWSCore

@Suite("Copies within S3") struct CopyTests {
    private static let source = ObjectLocation(bucket: "from", key: "a b/ü+%", versionID: "v=1")
    private static let copied = ScriptedAnswer.status(200, "<CopyObjectResult><ETag>\"c\"</ETag></CopyObjectResult>")

    @Test("The source's ETag is pinned and its metadata replaced") func pinnedSource() throws {
        let s3 = ScriptedS3 { request, _ in
            request.method == "HEAD" ? ScriptedS3.found(size: 5, etag: "\"s\"") : Self.copied
        }
        var options = ObjectOptions()
        options.contentType = "video/mp4"
        options.metadata = ["k": "v"]
        options.tags = ["t": "u"]
        options.ifNoneMatch = true
        #expect(try s3.client.copy(from: Self.source, to: ScriptedS3.place, options: options) == "\"c\"")
        let request = s3.server.requests[1]
        #expect(request["x-amz-copy-source"] == "from/a%20b/%C3%BC%2B%25?versionId=v%3D1")
        #expect(request["x-amz-copy-source-if-match"] == "\"s\"" && request["if-none-match"] == "*")
        #expect(request["x-amz-metadata-directive"] == "REPLACE" && request["x-amz-tagging-directive"] == "REPLACE")
        #expect(request["content-type"] == "video/mp4" && request["x-amz-meta-k"] == "v")
        #expect(request["x-amz-tagging"] == "t=u")
    }

    /// A role without rights on tags could not copy a source that has some, as a virus scanner gives them.
    @Test("The source's tags are not read") func sourceTags() throws {
        let s3 = ScriptedS3 { _, _ in Self.copied }
        _ = try s3.client.copyObject(from: Self.source, to: ScriptedS3.place, options: ObjectOptions())
        let request = s3.server.requests[0]
        #expect(request["x-amz-tagging-directive"] == "REPLACE" && request["x-amz-tagging"] == nil)
    }

    @Test("Without options the source's metadata is kept") func keptMetadata() throws {
        let s3 = ScriptedS3 { _, _ in Self.copied }
        _ = try s3.client.copyObject(from: Self.source, to: ScriptedS3.place)
        let request = s3.server.requests[0]
        #expect(request["x-amz-metadata-directive"] == nil && request["content-type"] == nil)
    }

    @Test("An error inside a 200 is repeated") func errorInSuccess() throws {
        let s3 = ScriptedS3 { _, index in
            index == 0 ? .status(200, "<Error><Code>InternalError</Code></Error>") : Self.copied
        }
        #expect(try s3.client.copyObject(from: Self.source, to: ScriptedS3.place) == "\"c\"")
    }

    @Test(
        "The condition that failed decides the error's kind",
        arguments: [
            ("x-amz-copy-source-If-Match", AWSError.Kind.modified), ("If-None-Match", .service), ("", .service),
        ])
    func failedCondition(_ condition: String, _ kind: AWSError.Kind) {
        let extra = condition.isEmpty ? "" : "<Condition>\(condition)</Condition>"
        let s3 = ScriptedS3 { _, _ in .error(412, "PreconditionFailed", extra: extra) }
        var options = ObjectOptions()
        options.ifNoneMatch = true
        let error = #expect(throws: AWSError.self) {
            try s3.client.copyObject(from: Self.source, ifMatch: "\"s\"", to: ScriptedS3.place, options: options)
        }
        #expect(error?.kind == kind && error?.status == 412)
    }

    /// The first try made the copy, but its answer was lost: the second is told that the key is taken.
    @Test("The client's own copy is recognised after a lost response") func lostResponse() throws {
        let s3 = ScriptedS3 { request, index in
            if request.method == "HEAD" { return ScriptedS3.found(size: 5, etag: "\"s\"") }
            return index == 0 ? ScriptedAnswer(pieces: [], end: .reset) : .error(412, "PreconditionFailed")
        }
        var options = ObjectOptions()
        options.ifNoneMatch = true
        let etag = try s3.client.copyObject(from: Self.source, ifMatch: "\"s\"", to: ScriptedS3.place, options: options)
        #expect(etag == "\"s\"")
    }

    @Test("Over 5 GiB a copy goes in parts, and a failure aborts the upload") func partsAndAbort() {
        let size = 11 << 30
        let s3 = ScriptedS3 { request, _ in
            switch request.method {
            case "HEAD": ScriptedS3.found(size: size, etag: "\"s\"")
            case "POST" where request.target.hasSuffix("?uploads="):
                .status(200, "<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>")
            case "PUT" where request.target.contains("partNumber=9&"): .error(412, "PreconditionFailed")
            case "PUT": .status(200, "<CopyPartResult><ETag>\"p\"</ETag></CopyPartResult>")
            default: .status(204)
            }
        }
        let error = #expect(throws: AWSError.self) { try s3.client.copy(from: Self.source, to: ScriptedS3.place) }
        #expect(error?.kind == .modified && error?.operation == "UploadPartCopy")
        let copies = s3.server.requests.filter { $0.method == "PUT" }
        #expect(copies.contains { $0["x-amz-copy-source-range"] == "bytes=0-268435455" })
        #expect(copies.allSatisfy { $0["x-amz-copy-source-if-match"] == "\"s\"" })
        #expect(s3.server.requests.last?.method == "DELETE")
    }

    @Test("The parts' ranges make up the whole object") func ranges() {
        let largest: UInt64 = 50_000 << 30
        let sizes: [UInt64] = [1, (5 << 30) + 1, 11 << 30, 5 << 40, largest]
        for size in sizes {
            let ranges = PartCopy.ranges(size: size)
            #expect(ranges.count <= PartPlan.maxCount && ranges.first?.lowerBound == 0)
            #expect(ranges.last?.upperBound == size)
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            #expect(ranges.allSatisfy { $0.count <= PartPlan.maxSize })
        }
    }
}
