import Findings
import JobReport
import Testing

@testable import EncodeWorker

struct OutputMetadataTests {
    private func metadata(_ source: String, _ settings: String = "policy=preserve crf=24.0") -> OutputMetadata {
        OutputMetadata(source: source, sourceETag: "e", settings: settings, version: "1")
    }

    @Test(
        "a key is readable ASCII",
        arguments: [
            ("input/a b.mp4", "input/a%20b.mp4"), ("input/ü%.mkv", "input/%C3%BC%25.mkv"), ("s3://b/k", "s3%3A//b/k"),
            ("sha256:00", "sha256%3A00"), ("input/a-b_c.d~e", "input/a-b_c.d~e"),
        ])
    func key(key: String, stored: String) {
        #expect(metadata(key).source == stored)
    }

    /// Two normal forms of one character are two keys, although Swift's strings are equal.
    @Test("keys are compared by their bytes")
    func bytes() {
        #expect("\u{fc}" == "u\u{308}")
        #expect(!metadata("input/\u{fc}").hasSameSource(as: metadata("input/u\u{308}")))
        #expect(metadata("input/a").hasSameSource(as: metadata("input/a", "others")))
    }

    @Test("long texts fit and remain distinct")
    func longTexts() {
        let long = String(repeating: "ü", count: 512)
        let one = metadata(long, long)
        #expect(one.source.hasPrefix("sha256:") && one.source.utf8.count == 71)
        #expect(one.source != metadata(String(long.dropLast()) + "u").source)
        let longest = metadata(String(repeating: "x", count: 800), String(repeating: "y", count: 800))
        let bytes = S3Metadata.fields(longest).reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        #expect(bytes <= 2048 - 64)
    }

    @Test("settings are stored unencoded")
    func settings() {
        let options = EncodeOptions(
            policy: "preserve", crf: 24, preset: "medium", container: "auto", interlaced: "deinterlace",
            x265Params: "aq-mode=3:deblock=-1,-1", errors: "tolerate", larger: .copy, skipHEVCBelow: 0.05)
        #expect(metadata("a", options.digest()).settings == options.digest())
    }

    @Test("metadata survives a round trip through S3")
    func roundTrip() {
        let metadata = metadata("input/ü")
        #expect(S3Metadata.read(S3Metadata.fields(metadata)) == metadata)
        #expect(S3Metadata.read(["reelpress-source": "a"]) == nil)
    }
}
