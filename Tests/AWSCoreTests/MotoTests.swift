import HTTP
import TestSupport
import Testing

@testable import AWSCore

struct MotoTests {
    private let configuration = AWSConfiguration(
        region: "us-east-1",
        credentials: Credentials(accessKeyID: "AKID", secretAccessKey: "secret"),
        endpoint: MotoServer.shared.origin
    )

    private func bucket(_ name: String) throws -> S3Client {
        _ = try HTTPClient().send(HTTPRequest(.put, MotoServer.shared.origin + "/" + name))
        return S3Client(configuration)
    }

    @Test func existingObjectIsNotReplaced() throws {
        let client = try bucket("conditional")
        let place = ObjectLocation(bucket: "conditional", key: "taken")
        var options = ObjectOptions()
        options.ifNoneMatch = true
        _ = try client.putObject(place, [1], options: options)
        let error = #expect(throws: AWSError.self) { try client.putObject(place, [2], options: options) }
        #expect(error?.status == 412)
        #expect(try Pattern.read(ObjectReader(client, place)) == [1])
    }

    @Test func partsAreCopiedAndCompleted() throws {
        let client = try bucket("multipart")
        let source = ObjectLocation(bucket: "multipart", key: "source")
        let bytes = Pattern.bytes(6 << 20, seed: 3)
        let eTag = try client.putObject(source, bytes)
        let target = ObjectLocation(bucket: "multipart", key: "target")
        var options = ObjectOptions()
        options.contentType = "video/mp4"
        options.metadata = ["k": "v"]
        options.tags = ["team": "a b"]
        let id = try client.createMultipartUpload(target, options: options)
        let copied = try client.uploadPartCopy(target, uploadID: id, number: 1, from: source, ifMatch: eTag)
        let last = try [UInt8](arrayLiteral: 9).withUnsafeBytes {
            try client.uploadPart(target, uploadID: id, number: 2, $0)
        }
        let whole = try client.completeMultipartUpload(
            target,
            uploadID: id,
            parts: [copied, last],
            size: UInt64(bytes.count + 1)
        )
        #expect(whole == UploadedPart.eTag(ofAll: [copied, last]))
        let found = try client.headObject(target)
        #expect(found.contentType == "video/mp4" && found.metadata["k"] == "v")
        #expect(try Pattern.read(ObjectReader(client, target)) == bytes + [9])
        let copy = ObjectLocation(bucket: "multipart", key: "copy")
        _ = try client.copyObject(from: source, to: copy)
        #expect(try client.headObject(copy).eTag == eTag)
    }

    @Test func abortedUploadLeavesNothing() throws {
        let client = try bucket("aborted")
        let writer = ObjectWriter(client, ObjectLocation(bucket: "aborted", key: "k"))
        try Pattern.write(Pattern.bytes(20 << 20, seed: 1), writer, step: 1 << 20)
        writer.abort()
        let uploads = try HTTPClient().send(HTTPRequest(.get, MotoServer.shared.origin + "/aborted?uploads"))
        #expect(uploads.status == 200)
        #expect(try XMLParser.parse(uploads.body).all("Upload").isEmpty)
        #expect(try client.listObjects(bucket: "aborted").objects.isEmpty)
    }

    @Test func batchSaysWhatIsWrong() throws {
        var job = JobSubmission(name: "ok-1", queue: "none", definition: "none")
        job.environment = ["S3_KEY": "a b"]
        let client = BatchClient(configuration)
        let error = #expect(throws: AWSError.self) { try client.submitJob(job) }
        #expect(error?.status == 400 && error?.code == "ClientException")
        job.name = "not a name"
        let refused = #expect(throws: AWSError.self) { try client.submitJob(job) }
        #expect(refused?.kind == .configuration)
        #expect(try client.describeJobs(["none"]).isEmpty)
    }
}
