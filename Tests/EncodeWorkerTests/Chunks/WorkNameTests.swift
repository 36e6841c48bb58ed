import Glibc
import Testing

@testable import EncodeWorker

struct WorkNameTests {
    @Test(
        "every name survives a round trip",
        arguments: [
            (.plan, "plan.json"), (.probe, "probe.json"), (.helpers, "helpers.json"), (.helperJob, "helper-job.json"),
            (.chunk(ChunkName(index: 12)), "12.chunk"),
            (.chunk(ChunkName(index: 12, round: 1)), "12-1.chunk"),
            (.claim(ChunkName(index: 0), generation: 1), "0.claim"),
            (.claim(ChunkName(index: 0), generation: 2), "0.2.claim"),
            (.claim(ChunkName(index: 3, round: 2), generation: 11), "3-2.11.claim"),
        ] as [(WorkName, String)])
    func roundTrip(name: WorkName, text: String) {
        #expect(name.text == text)
        #expect(WorkName(text) == name)
    }

    @Test(
        "no other name is read",
        arguments: [
            "", "plan", "01.chunk", "-1.chunk", "1-0.chunk", "1.1.claim", "1.0.claim", "1.2.chunk", "1-2-3.chunk",
            "+1.chunk", ".1.chunk.77-1.partial", "1.claim.tmp", "99999999999999999999.chunk", "1-.chunk", "a.chunk",
        ])
    func strangers(text: String) {
        #expect(WorkName(text) == nil)
    }

    @Test("everything that decides a chunk's bytes is in the identity")
    func identity() {
        func identity(
            _ source: String = "input/a.mov", _ etag: String = "e", _ output: String? = nil,
            _ settings: String = "crf=24",
            _ chunks: String = "auto", _ libraries: [String] = ["x265 3.5"],
            on architecture: String = "x86_64"
        ) -> WorkIdentity {
            WorkIdentity(
                source: source, sourceETag: etag, output: output, settings: settings, chunks: chunks,
                libraries: libraries, architecture: architecture)
        }
        let all = [
            identity(), identity(on: "arm64"), identity("input/b.mov"), identity("input/a.mov", "f"),
            identity("input/a.mov", "e", "x.mp4"),
            identity("input/a.mov", "e", nil, "crf=25"), identity("input/a.mov", "e", nil, "crf=24", "600"),
            identity("input/a.mov", "e", nil, "crf=24", "auto", ["x265 4.0"]),
            identity("input/a.mov", "e", nil, "crf=24", "auto", ["x265", "3.5"]),
        ]
        #expect(Set(all).count == all.count)
        #expect(identity() == identity())
        #expect(identity().digest.utf8.count == 64)
    }

    @Test("the processor's architecture is in the identity, and in what a helper compares")
    func architecture() {
        var system = utsname()
        uname(&system)
        let machine = withUnsafeBytes(of: &system.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        #expect(WorkIdentity.architecture == (machine == "aarch64" ? "arm64" : machine))
        #expect(WorkIdentity.software.contains(WorkIdentity.architecture))
        func identity(_ architecture: String? = nil) -> WorkIdentity {
            guard let architecture else {
                return WorkIdentity(source: "", sourceETag: "", output: nil, settings: "", chunks: "", libraries: [])
            }
            return WorkIdentity(
                source: "", sourceETag: "", output: nil, settings: "", chunks: "", libraries: [],
                architecture: architecture)
        }
        #expect(identity() == identity(WorkIdentity.architecture) && identity() != identity("another"))
    }

    @Test(
        "the folder of a local output is hidden and next to it",
        arguments: [("a.mp4", ".a.mp4.work/"), ("out/ü.mkv", "out/.ü.mkv.work/"), ("/a.mp4", "/.a.mp4.work/")])
    func parent(output: String, parent: String) {
        #expect(WorkFolder.parent(nextTo: output) == parent)
    }
}
