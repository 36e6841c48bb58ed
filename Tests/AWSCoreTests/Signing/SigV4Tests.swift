import Glibc
import HTTP
import TestSupport
import Testing

@testable import AWSCore

@Suite("Signature Version 4") struct SigV4Tests {
    @Test("Signatures are those of botocore") func botocore() throws {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "a", "Z9", " ", "+", "%", "%2F", "//", "/", ".", "..", "/./", "/../", "ü", "日本", "🎬", "\u{1}", "\u{7f}",
            "~",
            "=", "&", "(", "'", "*", "é", "e\u{301}", "-", "_", ":", "@", "#", "?",
        ]
        func text(_ most: Int) -> String {
            (0..<Int.random(in: 0...most, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
        }
        var cases: [JSONValue] = []
        var ours: [String] = []
        for index in 0..<2400 {
            let isS3 = index % 2 == 0
            let path = "/" + PercentEncoding.encode(text(12), keepingSlash: true)
            let query = (0..<Int.random(in: 0...4, using: &random)).map { _ in (name: "q" + text(2), value: text(3)) }
            var headers: HTTPHeaders = [
                "host": "b.example.com", "X-Blank": "a   b \t c " + String(index), "x-amz-meta-z": "v",
            ]
            if isS3 { headers["x-amz-content-sha256"] = Hex.encode(SHA256.digest(String(index))) }
            var request = CanonicalRequest(
                method: ["GET", "PUT", "POST", "DELETE"][index % 4], path: path, query: query, headers: headers,
                payloadHash: Hex.encode(SHA256.digest(String(index))), flavour: isS3 ? .s3 : .general)
            let token = index % 3 == 0 ? "token/+=" : nil
            let keys = Credentials(accessKeyID: "AKID", secretAccessKey: "se/cr+et", sessionToken: token)
            let time = Timestamp(seconds: Int.random(in: 0...4_000_000_000, using: &random))
            SigV4(credentials: keys, region: "eu-central-1", service: isS3 ? "s3" : "batch", time: time).sign(&request)
            ours.append(request.headers["Authorization"]!)
            let queryText = PercentEncoding.encode(query)
            cases.append([
                "s3": .bool(isS3), "method": .string(request.method), "time": .string(time.basic),
                "token": token.map { .string($0) } ?? .null, "body": .string(String(index)),
                "url": .string("http://b.example.com" + path + (queryText.isEmpty ? "" : "?" + queryText)),
                "headers": .object(headers.fields.map { .init(name: $0.name, value: .string($0.value)) }),
            ])
        }
        let theirs = try PythonScript.run("sign.py", input: JSONValue.array(cases).text)
            .split(separator: "\n").map(String.init)
        try #require(theirs.count == ours.count)
        var different = 0
        for (index, pair) in zip(ours, theirs).enumerated() where pair.0 != pair.1 {
            different += 1
            if different < 4 { Issue.record("\(cases[index].text)\n\(pair.0)\n\(pair.1)") }
        }
        #expect(different == 0)
    }

    @Test("Secrets are not described") func secrets() {
        let keys = Credentials(accessKeyID: "ID", secretAccessKey: "SECRET", sessionToken: "TOKEN")
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), dumped] {
            #expect(!text.contains("SECRET") && !text.contains("TOKEN"))
        }
    }
}
