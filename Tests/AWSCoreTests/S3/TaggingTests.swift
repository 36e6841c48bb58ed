import TestSupport
import Testing

@testable import AWSCore

@Suite("Object tags") struct TaggingTests {
    private static let tagged = "<Tagging><TagSet><Tag><Key>team</Key><Value>a &amp; b</Value></Tag></TagSet></Tagging>"

    @Test("A tag is added to the existing ones") func added() throws {
        let s3 = ScriptedS3 { request, _ in
            request.method == "HEAD"
                ? ScriptedS3.found(size: 5) : .status(200, request.method == "GET" ? Self.tagged : "")
        }
        try s3.client.addObjectTag(ScriptedS3.place, "state", "done", ifMatch: "\"e\"")
        let requests = s3.server.requests
        #expect(requests.map(\.method) == ["GET", "PUT", "HEAD"])
        let body = String(decoding: requests[1].body, as: UTF8.self)
        #expect(body.contains("<Key>team</Key><Value>a &amp; b</Value>"))
        #expect(body.contains("<Key>state</Key><Value>done</Value>"))
        #expect(requests[1]["x-amz-checksum-sha256"]?.count == 44)
    }

    @Test("A tag that is there is not set again") func unchanged() throws {
        let s3 = ScriptedS3 { request, _ in
            request.method == "HEAD" ? ScriptedS3.found(size: 5) : .status(200, Self.tagged)
        }
        try s3.client.addObjectTag(ScriptedS3.place, "team", "a & b", ifMatch: "\"e\"")
        #expect(s3.server.requests.map(\.method) == ["GET", "HEAD"])
    }

    /// An object that took the opened one's place before the tag was set loses it again.
    @Test("A newer object does not keep the older one's tag") func newerObject() throws {
        let s3 = ScriptedS3 { request, index in
            if request.method == "HEAD" { return ScriptedS3.found(size: 5, etag: "\"newer\"") }
            let tags = index < 2 ? "" : "<Tag><Key>state</Key><Value>done</Value></Tag>"
            return .status(200, request.method == "GET" ? "<Tagging><TagSet>\(tags)</TagSet></Tagging>" : "")
        }
        let error = #expect(throws: AWSError.self) {
            try s3.client.addObjectTag(ScriptedS3.place, "state", "done", ifMatch: "\"e\"")
        }
        #expect(error?.kind == .modified)
        let requests = s3.server.requests
        #expect(requests.map(\.method) == ["GET", "PUT", "HEAD", "GET", "PUT"])
        #expect(String(decoding: requests[4].body, as: UTF8.self).contains("<TagSet></TagSet>"))
    }

    @Test(
        "Base64 is that of the RFC",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func base64(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }

    @Test("The server keeps tags") func kept() throws {
        let moto = CheckingMoto.shared
        let client = S3Client(
            AWSConfiguration(
                region: "us-east-1",
                credentials: Credentials(accessKeyID: moto.accessKey, secretAccessKey: moto.secretKey),
                endpoint: moto.origin))
        let place = ObjectLocation(bucket: "options", key: "tagged")
        let etag = try client.putObject(place, [1])
        #expect(try client.objectTags(place) == [:])
        try client.setObjectTags(place, ["team": "a b", "ü": "=:+"])
        try client.addObjectTag(place, "reelpress", "done", ifMatch: etag)
        #expect(try client.objectTags(place) == ["team": "a b", "ü": "=:+", "reelpress": "done"])
    }
}
