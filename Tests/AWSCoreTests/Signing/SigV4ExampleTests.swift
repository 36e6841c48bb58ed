import HTTP
import Testing

@testable import AWSCore

/// The worked examples that AWS publishes.
@Suite("Signature Version 4: AWS's examples") struct SigV4ExampleTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var method = "GET"
        var path = "/"
        var query: [(String, String)] = []
        var headers: [(String, String)] = []
        var body = ""
        var signature: String
        var testDescription: String { name }
    }

    /// "Signature Calculations for the Authorization Header", Amazon S3 API Reference.
    private static let s3 = [
        Example(
            name: "GET Object", path: "/test.txt", headers: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Example(
            name: "PUT Object", method: "PUT", path: "/test%24file.text",
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            body: "Welcome to Amazon S3.", signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Example(
            name: "GET Bucket Lifecycle", query: [("lifecycle", "")],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Example(
            name: "Get Bucket (List Objects)", query: [("max-keys", "2"), ("prefix", "J")],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    @Test("Signatures for S3", arguments: s3) func signsForS3(_ example: Example) {
        let hash = Hex.encode(SHA256.digest(example.body))
        let headers = [("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-content-sha256", hash)] + example.headers
        let keys = Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        let signer = SigV4(
            credentials: keys, region: "us-east-1", service: "s3", time: Timestamp(seconds: 1_369_353_600))
        #expect(Self.sign(example, headers, signer, .s3).hasSuffix("Signature=\(example.signature)"))
    }

    /// "Create a signed AWS API request" (its example is IAM's ListUsers) and the test suite that AWS published with it.
    private static let general = [
        Example(
            name: "ListUsers", query: [("Action", "ListUsers"), ("Version", "2010-05-08")],
            headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
        Example(name: "get-vanilla", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Example(
            name: "get-vanilla-query-order-key-case", query: [("Param2", "value2"), ("Param1", "value1")],
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Example(
            name: "post-vanilla", method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Example(
            name: "get-utf8", path: "/ሴ", signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        Example(
            name: "get-relative", path: "/example/..",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Example(
            name: "get-slashes",
            path: "//example//",
            signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"
        ),
        Example(
            name: "get-header-value-multiline and -trim",
            headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    ]

    @Test("Signatures for other services", arguments: general) func others(_ example: Example) {
        let isIAM = example.name == "ListUsers"
        let keys = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        let signer = SigV4(
            credentials: keys, region: "us-east-1", service: isIAM ? "iam" : "service",
            time: Timestamp(seconds: 1_440_938_160))
        let headers = [("Host", isIAM ? "iam.amazonaws.com" : "example.amazonaws.com")] + example.headers
        #expect(Self.sign(example, headers, signer, .general).hasSuffix("Signature=\(example.signature)"))
    }

    private static func sign(
        _ example: Example, _ headers: [(String, String)], _ signer: SigV4, _ flavour: CanonicalRequest.Flavour
    ) -> String {
        var fields = HTTPHeaders()
        for (name, value) in headers { fields.add(name: name, value: value) }
        var request = CanonicalRequest(
            method: example.method, path: example.path, query: example.query.map { (name: $0.0, value: $0.1) },
            headers: fields, payloadHash: Hex.encode(SHA256.digest(example.body)), flavour: flavour)
        signer.sign(&request)
        return request.headers["Authorization"] ?? ""
    }
}
