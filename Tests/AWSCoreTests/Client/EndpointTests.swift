import HTTP
import Testing

@testable import AWSCore

@Suite("Endpoints") struct EndpointTests {
    private func url(_ bucket: String, _ key: String, region: String, custom: String? = nil) throws -> String {
        let configuration = AWSConfiguration(
            region: region, credentials: Credentials(accessKeyID: "A", secretAccessKey: "s"), endpoint: custom)
        let client = S3Client(configuration)
        let call = try client.call("GetObject", .get, ObjectLocation(bucket: bucket, key: key))
        let request = client.service.sign(
            call, Credentials(accessKeyID: "A", secretAccessKey: "s"),
            LearnedSettings.Snapshot(region: region, clockOffset: 0))
        // What is signed is what is sent.
        #expect(
            request.url.hasPrefix("http") && request.url.contains("://" + (request.headers["host"] ?? "none") + "/"))
        return request.url
    }

    @Test("A bucket is part of AWS's host name") func virtualHost() throws {
        #expect(
            try url("my-bucket", "a/b c+é", region: "eu-west-1")
                == "https://my-bucket.s3.eu-west-1.amazonaws.com/a/b%20c%2B%C3%A9")
    }

    @Test(
        "A bucket that is no host label goes into the path",
        arguments: ["my.bucket", "UPPER", "under_score", "ab", "-edge", "edge-"])
    func pathStyle(_ bucket: String) throws {
        #expect(try url(bucket, "k", region: "eu-west-1") == "https://s3.eu-west-1.amazonaws.com/\(bucket)/k")
    }

    @Test("Custom endpoints get the bucket in the path") func customEndpoint() throws {
        #expect(
            try url("my-bucket", "k", region: "x", custom: "http://127.0.0.1:9000/")
                == "http://127.0.0.1:9000/my-bucket/k")
        // The scheme's own port isn't part of the Host header.
        #expect(
            try url("my-bucket", "k", region: "x", custom: "https://h.example:443") == "https://h.example/my-bucket/k")
        #expect(try url("my-bucket", "k", region: "x", custom: "http://h.example:80") == "http://h.example/my-bucket/k")
        #expect(try url("my-bucket", "k", region: "x", custom: "http://[::1]:80") == "http://[::1]/my-bucket/k")
    }

    @Test(
        "Partitions have their own domains",
        arguments: [
            ("us-east-1", "amazonaws.com"), ("eu-central-1", "amazonaws.com"), ("us-gov-west-1", "amazonaws.com"),
            ("cn-north-1", "amazonaws.com.cn"), ("cn-northwest-1", "amazonaws.com.cn"),
            ("eusc-de-east-1", "amazonaws.eu"), ("us-iso-east-1", "c2s.ic.gov"), ("us-isob-east-1", "sc2s.sgov.gov"),
            ("us-isof-south-1", "csp.hci.ic.gov"), ("eu-isoe-west-1", "cloud.adc-e.uk"),
        ])
    func partitions(_ region: String, _ suffix: String) throws {
        #expect(try url("bucket", "k", region: region) == "https://bucket.s3.\(region).\(suffix)/k")
        for service in ["batch", "sts"] {
            #expect(Endpoint(service: service, region: region).origin == "https://\(service).\(region).\(suffix)")
        }
    }

    @Test("Keys are not normalised") func keys() throws {
        #expect(
            try url("bucket", "/a//b/../c/./d", region: "x1") == "https://bucket.s3.x1.amazonaws.com//a//b/../c/./d")
    }

    @Test("An impossible bucket name is refused", arguments: ["", "a/b", "/"]) func impossibleBuckets(_ bucket: String)
    {
        let error = #expect(throws: AWSError.self) { try url(bucket, "k", region: "x") }
        #expect(error?.kind == .configuration)
    }

    @Test("A key over 1,024 bytes is refused") func longKeys() throws {
        _ = try url("bucket", String(repeating: "é", count: 512), region: "x1")
        let error = #expect(throws: AWSError.self) {
            try url("bucket", String(repeating: "é", count: 512) + "a", region: "x1")
        }
        #expect(error?.message.contains("1,024") == true)
    }
}
