import Testing

@testable import EncodeWorker

struct SourceTagTests {
    @Test(
        "key and value are separated by the first equals sign",
        arguments: [
            ("reelpress=done", "reelpress", "done"), ("a=", "a", ""), ("a=b=c", "a", "b=c"),
            ("ü 1=x/y:z@+-._", "ü 1", "x/y:z@+-._"),
        ])
    func valid(_ text: String, _ key: String, _ value: String) {
        let tag = SourceTag(text)
        #expect(tag?.key == key && tag?.value == value)
    }

    @Test(
        "other texts are refused",
        arguments: [
            "done", "=done", "a=b&c", "aws:x=1", String(repeating: "k", count: 129) + "=",
            "k=" + String(repeating: "v", count: 257),
        ])
    func invalid(_ text: String) {
        #expect(SourceTag(text) == nil)
    }
}
