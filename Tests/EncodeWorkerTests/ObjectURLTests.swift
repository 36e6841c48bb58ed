import Testing

@testable import EncodeWorker

struct ObjectURLTests {
    @Test(arguments: [
        ("s3://bucket/a/b.mp4", "bucket", "a/b.mp4"), ("s3://bucket//a", "bucket", "/a"),
        ("s3://bucket/", "bucket", ""),
        ("s3://bucket", "bucket", ""), ("s3://b/a%20b?c#d", "b", "a%20b?c#d"), ("s3:///a", "", "a"),
    ])
    func isTakenByteForByte(text: String, bucket: String, key: String) {
        #expect(ObjectURL(text)?.bucket == bucket && ObjectURL(text)?.key == key)
    }

    @Test(arguments: ["a.mp4", "/s3://a", "S3://b/k", "https://b/k", "s3:/b/k"])
    func elseItIsAPath(text: String) {
        #expect(ObjectURL(text) == nil)
    }
}
