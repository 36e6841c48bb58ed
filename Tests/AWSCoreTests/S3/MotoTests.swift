import TestSupport
import Testing

@testable import AWSCore

@Suite("S3 with signatures and policies checked") struct MotoTests {
    private static let moto = CheckingMoto.shared
    private let configuration = Self.configuration(secret: moto.secretKey)

    private static func configuration(secret: String) -> AWSConfiguration {
        AWSConfiguration(
            region: "us-east-1", credentials: Credentials(accessKeyID: moto.accessKey, secretAccessKey: secret),
            endpoint: moto.origin)
    }

    private func bucket(_ name: String) throws -> S3Client {
        precondition(CheckingMoto.buckets.contains(name))
        return S3Client(configuration)
    }

    @Test("The server checks signatures") func signatures() throws {
        let place = ObjectLocation(bucket: "signed", key: "plain/key.mp4")
        let client = S3Client(configuration)
        _ = try client.putObject(place, [1, 2, 3])
        #expect(try client.headObject(place).size == 3)
        #expect(try client.listObjects(bucket: "signed").objects.map(\.key) == [place.key])
        let wrong = S3Client(Self.configuration(secret: "wrong"))
        let error = #expect(throws: AWSError.self) { try wrong.putObject(place, [4]) }
        #expect(error?.status == 403 && error?.code == "SignatureDoesNotMatch")
        // moto answers 500 to some requests without a signature, and serves none.
        #expect(Self.moto.statusWithoutSignature("GET", "/signed/plain/key.mp4") >= 400)
        #expect(Self.moto.statusWithoutSignature("PUT", "/signed/other") >= 400)
        #expect(try client.listObjects(bucket: "signed").objects.count == 1)
        try client.deleteObject(place)
    }

    @Test("An action that the policy denies is named") func deniedAction() throws {
        let error = #expect(throws: AWSError.self) {
            try S3Client(configuration).putObject(ObjectLocation(bucket: "forbidden", key: "k"), [1])
        }
        #expect(error?.status == 403 && error?.code == "AccessDenied")
        #expect(error?.description.contains("the role needs s3:PutObject") == true)
    }

    @Test("Options arrive", arguments: [1, 20 << 20]) func options(_ size: Int) throws {
        let client = try bucket("options")
        let place = ObjectLocation(bucket: "options", key: "size-\(size)")
        var options = ObjectOptions()
        options.contentType = "video/mp4"
        options.metadata = ["source-etag": "\"abc\"", "blanks": "a b"]
        options.storageClass = "STANDARD_IA"
        options.kmsKeyID = "alias/mine"
        options.tags = ["team": "a b", "ü": "=:+"]
        let writer = ObjectWriter(client, place, options: options)
        try Pattern.write(Pattern.bytes(size, seed: 5), writer, step: 1 << 20)
        _ = try writer.finish()
        let settings: JSONValue = [
            "endpoint": .string(Self.moto.origin), "id": .string(Self.moto.accessKey),
            "secret": .string(Self.moto.secretKey), "bucket": .string(place.bucket), "key": .string(place.key),
        ]
        let found = try JSONValue(parsing: Array(PythonScript.run("head_object.py", input: settings.text).utf8))
        #expect(found["type"]?.string == "video/mp4" && found["size"]?.int == size)
        #expect(found["class"]?.string == "STANDARD_IA")
        #expect(found["encryption"]?.string == "aws:kms" && found["kms"]?.string == "alias/mine")
        #expect(found["metadata"]?["source-etag"]?.string == "\"abc\"" && found["metadata"]?["blanks"]?.string == "a b")
        #expect(found["tags"]?["team"]?.string == "a b" && found["tags"]?["ü"]?.string == "=:+")
    }

    @Test("An existing object isn't replaced") func ifNoneMatch() throws {
        let client = try bucket("conditional")
        let place = ObjectLocation(bucket: "conditional", key: "taken")
        var options = ObjectOptions()
        options.ifNoneMatch = true
        _ = try client.putObject(place, [1], options: options)
        let error = #expect(throws: AWSError.self) { try client.putObject(place, [2], options: options) }
        #expect(error?.status == 412)
        #expect(try Pattern.read(ObjectReader(client, place)) == [1])
    }

    @Test("Parts are copied and completed") func copiedParts() throws {
        let client = try bucket("multipart")
        let source = ObjectLocation(bucket: "multipart", key: "source")
        let bytes = Pattern.bytes(6 << 20, seed: 3)
        let etag = try client.putObject(source, bytes)
        let target = ObjectLocation(bucket: "multipart", key: "target")
        var options = ObjectOptions()
        options.contentType = "video/mp4"
        options.metadata = ["k": "v"]
        options.tags = ["team": "a b"]
        let id = try client.createMultipartUpload(target, options: options)
        let copied = try client.uploadPartCopy(target, uploadID: id, number: 1, from: source, ifMatch: etag)
        let last = try [UInt8](arrayLiteral: 9).withUnsafeBytes {
            try client.uploadPart(target, uploadID: id, number: 2, $0)
        }
        let whole = try client.completeMultipartUpload(
            target, uploadID: id, parts: [copied, last], size: UInt64(bytes.count + 1))
        #expect(whole == UploadedPart.etag(ofAll: [copied, last]))
        let found = try client.headObject(target)
        #expect(found.contentType == "video/mp4" && found.metadata["k"] == "v")
        #expect(try Pattern.read(ObjectReader(client, target)) == bytes + [9])
        let copy = ObjectLocation(bucket: "multipart", key: "copy")
        _ = try client.copyObject(from: source, to: copy)
        #expect(try client.headObject(copy).etag == etag)
    }

    @Test("An object with the expected ETag is replaced, no other") func ifMatch() throws {
        let client = try bucket("replacing")
        let place = ObjectLocation(bucket: "replacing", key: "output")
        let first = try client.putObject(place, [1])
        var options = ObjectOptions()
        options.ifMatch = first
        let second = try client.putObject(place, [2], options: options)
        let late = #expect(throws: AWSError.self) { try client.putObject(place, [3], options: options) }
        #expect(late?.kind == .modified && late?.status == 412)
        #expect(try client.headObject(place).etag == second)
    }

    @Test("Orphaned uploads are found page by page") func orphans() throws {
        let client = try bucket("orphans")
        var expected: [String] = []
        for index in 0..<3 {
            let place = ObjectLocation(bucket: "orphans", key: "out/a b-\(index)")
            expected.append(try client.createMultipartUpload(place))
        }
        _ = try client.createMultipartUpload(ObjectLocation(bucket: "orphans", key: "other"))
        let found = try client.listMultipartUploads(bucket: "orphans", prefix: "out").uploads
        #expect(found.map(\.key).sorted() == (0..<3).map { "out/a b-\($0)" })
        #expect(Set(found.map(\.uploadID)) == Set(expected))
        #expect(found.allSatisfy { $0.initiated != nil })
        for upload in found {
            let place = ObjectLocation(bucket: "orphans", key: upload.key)
            try client.abortMultipartUpload(place, uploadID: upload.uploadID)
            try client.abortMultipartUpload(place, uploadID: upload.uploadID)
        }
        #expect(try client.listMultipartUploads(bucket: "orphans").uploads.map(\.key) == ["other"])
    }

    @Test("A copy has new metadata and replaces nothing") func copyMetadata() throws {
        let client = try bucket("copies")
        let source = ObjectLocation(bucket: "copies", key: "source a b")
        var options = ObjectOptions()
        options.metadata = ["k": "old"]
        let etag = try client.putObject(source, [1, 2, 3], options: options)
        let target = ObjectLocation(bucket: "copies", key: "target")
        options.metadata = ["k": "new"]
        options.contentType = "video/mp4"
        options.ifNoneMatch = true
        #expect(try client.copy(from: source, to: target, options: options) == etag)
        let found = try client.headObject(target)
        #expect(found.metadata == ["k": "new"] && found.contentType == "video/mp4" && found.size == 3)
    }

    @Test("A large copy goes in parts") func largeCopy() throws {
        let client = try bucket("parts")
        let source = ObjectLocation(bucket: "parts", key: "source")
        let bytes = Pattern.bytes(17 << 20, seed: 4)
        var options = ObjectOptions()
        options.metadata = ["k": "v"]
        _ = try client.putObject(source, bytes, options: options)
        let attributes = try client.headObject(source)
        let target = ObjectLocation(bucket: "parts", key: "target")
        let parts: [Range<UInt64>] = [0..<6 << 20, 6 << 20..<12 << 20, 12 << 20..<17 << 20]
        _ = try client.copy(
            from: source, attributes, ifMatch: nil, to: target, options: nil, parts: parts, threads: 2)
        #expect(try client.headObject(target).metadata == ["k": "v"])
        #expect(try Pattern.read(ObjectReader(client, target)) == bytes)
        #expect(try client.listMultipartUploads(bucket: "parts").uploads.isEmpty)
    }

    @Test("An aborted upload leaves nothing") func abort() throws {
        let client = try bucket("aborted")
        let writer = ObjectWriter(client, ObjectLocation(bucket: "aborted", key: "k"))
        try Pattern.write(Pattern.bytes(20 << 20, seed: 1), writer, step: 1 << 20)
        writer.abort()
        #expect(try client.listMultipartUploads(bucket: "aborted").uploads.isEmpty)
        #expect(try client.listObjects(bucket: "aborted").objects.isEmpty)
    }
}
