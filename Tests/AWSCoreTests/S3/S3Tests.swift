import TestSupport
import Testing
import Threads

@testable import AWSCore

@Suite("S3 with rclone") struct S3Tests {
    private func client(secret: String = "secret", _ cancellation: Cancellation? = nil) -> S3Client {
        S3Client(
            AWSConfiguration(
                region: "us-east-1",
                credentials: Credentials(accessKeyID: S3Servers.accessKey, secretAccessKey: secret),
                endpoint: S3Servers.rclone.origin), cancellation: cancellation)
    }

    @Test(
        "An object is stored, found and deleted",
        arguments: ["plain.mp4", "a b+c%25.mp4", "ü/日本 🎬.mkv", "(x)='y'&z.mp4"])
    func lifecycle(_ key: String) throws {
        let client = client()
        let place = ObjectLocation(bucket: "bucket", key: "basic/" + key)
        var options = ObjectOptions()
        options.metadata = ["source": "abc"]
        let etag = try client.putObject(place, Array("hello".utf8), options: options)
        let found = try client.headObject(place)
        #expect(found.size == 5 && found.etag == etag && found.metadata["source"] == "abc")
        #expect(try client.listObjects(bucket: "bucket", prefix: place.key).objects.map(\.key) == [place.key])
        try client.deleteObject(place)
        let error = #expect(throws: AWSError.self) { try client.headObject(place) }
        #expect(error?.status == 404)
    }

    /// Keys that moto signs in its own way.
    @Test("An object is copied, and its uploads are found", arguments: ["a b+c%25.mp4", "ü/日本 🎬.mkv", "(x)='y'&z.mp4"])
    func copiesAndUploads(_ key: String) throws {
        let client = client()
        let source = ObjectLocation(bucket: "bucket", key: "copied/" + key)
        let target = ObjectLocation(bucket: "bucket", key: "copy of/" + key)
        let etag = try client.putObject(source, Array("hello".utf8))
        #expect(try client.copy(from: source, to: target) == etag)
        #expect(try client.headObject(target).size == 5)
        let id = try client.createMultipartUpload(target)
        let found = try client.listMultipartUploads(bucket: "bucket", prefix: target.key).uploads
        #expect(found.map(\.key) == [target.key] && found.map(\.uploadID) == [id])
        try client.abortMultipartUpload(target, uploadID: id)
    }

    @Test("An unsigned request is refused") func unsigned() {
        #expect([400, 403].contains(S3Servers.statusWithoutSignature("GET", "/bucket")))
        #expect([400, 403].contains(S3Servers.statusWithoutSignature("PUT", "/bucket/unsigned")))
    }

    @Test("A wrong secret is refused") func wrongSecret() throws {
        let error = #expect(throws: AWSError.self) {
            try client(secret: "wrong").putObject(ObjectLocation(bucket: "bucket", key: "x"), [1])
        }
        #expect(error?.status == 403)
    }

    @Test("Objects of every size are written and read back", arguments: [0, 1, 8 << 20, (8 << 20) + 1, 30_000_001])
    func sizes(_ size: Int) throws {
        let client = client()
        let place = ObjectLocation(bucket: "bucket", key: "sizes/\(size)")
        var expected = Pattern.bytes(size, seed: UInt64(size))
        let writer = ObjectWriter(client, place, headSize: 1)
        try Pattern.write(expected, writer, step: 777_777)
        if size > 100 {
            expected.replaceSubrange(50..<60, with: Array(repeating: 7, count: 10))
            try Array(repeating: UInt8(7), count: 10).withUnsafeBytes { try writer.write($0, at: 50) }
        }
        _ = try writer.finish()
        #expect(try Pattern.read(ObjectReader(client, place)) == expected)
    }

    @Test("Appended bytes arrive in order", arguments: [0, 1, 8 << 20, (8 << 20) + 1, 40_000_000])
    func order(_ size: Int) throws {
        let client = client()
        let place = ObjectLocation(bucket: "bucket", key: "ordered/\(size)")
        let expected = Pattern.bytes(size, seed: UInt64(size))
        let writer = ObjectWriter(client, place)
        try Pattern.write(expected, writer, step: 777_777)
        let rewrite = #expect(throws: AWSError.self) {
            try [UInt8](arrayLiteral: 1).withUnsafeBytes { try writer.write($0, at: UInt64(size + 1)) }
        }
        #expect(rewrite?.kind == .configuration)
        _ = try writer.finish()
        #expect(try Pattern.read(ObjectReader(client, place)) == expected)
        // Head and, above one part, its create and complete; the reads; no more.
        #expect(client.traffic.bytesSent >= UInt64(size) && client.traffic.bytesReceived >= UInt64(size))
        #expect(client.traffic.requests >= 2 + size >> 23)
    }

    @Test("A cancelled writer and reader end") func cancelled() throws {
        let cancellation = Cancellation()
        let place = ObjectLocation(bucket: "bucket", key: "cancelled")
        _ = try client().putObject(place, [1, 2, 3])
        let client = client(cancellation)
        let writer = ObjectWriter(client, place)
        let reader = try ObjectReader(client, place)
        cancellation.cancel()
        let error = #expect(throws: AWSError.self) {
            try Pattern.write(Pattern.bytes(60 << 20, seed: 1), writer, step: 1 << 20)
            _ = try writer.finish()
        }
        #expect(error?.kind == .cancelled)
        let read = #expect(throws: AWSError.self) { try Pattern.read(reader) }
        #expect(read?.kind == .cancelled)
    }

    @Test("An object that was replaced is an error") func replaced() throws {
        let client = client()
        let place = ObjectLocation(bucket: "bucket", key: "replaced")
        _ = try client.putObject(place, Array(repeating: 1, count: 100))
        let reader = try ObjectReader(client, place)
        _ = try client.putObject(place, Array(repeating: 2, count: 100))
        let error = #expect(throws: AWSError.self) { try Pattern.read(reader) }
        #expect(error?.kind == .modified)
    }
}
