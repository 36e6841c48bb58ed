import Testing

@testable import EncodeWorker

struct ObjectURLTests {
    @Test(
        "bucket and key are taken byte for byte",
        arguments: [
            ("s3://bucket/a/b.mp4", "bucket", "a/b.mp4"), ("s3://bucket//a", "bucket", "/a"),
            ("s3://bucket/", "bucket", ""),
            ("s3://bucket", "bucket", ""), ("s3://b/a%20b?c#d", "b", "a%20b?c#d"), ("s3:///a", "", "a"),
        ])
    func url(text: String, bucket: String, key: String) {
        #expect(ObjectURL(text)?.bucket == bucket && ObjectURL(text)?.key == key)
    }

    @Test("any other text is a path", arguments: ["a.mp4", "/s3://a", "S3://b/k", "https://b/k", "s3:/b/k"])
    func path(text: String) {
        #expect(ObjectURL(text) == nil)
    }
}
