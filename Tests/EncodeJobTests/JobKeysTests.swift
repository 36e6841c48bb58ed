import EncodeJob
import Testing

@Suite("JobKeys") struct JobKeysTests {
    @Test(
        "Output and report follow from the source's key",
        arguments: [
            ("input/preserve/a/b.mov", "preserve", "output/preserve/a/b.mp4", "reports/preserve/a/b.mov.json"),
            ("input/downscale/x.mkv", "downscale", "output/downscale/x.mp4", "reports/downscale/x.mkv.json"),
            ("input/x.mkv", "preserve", "output/preserve/x.mp4", "reports/preserve/x.mkv.json"),
            ("input/2024/x.mkv", "preserve", "output/preserve/2024/x.mp4", "reports/preserve/2024/x.mkv.json"),
            ("input/preserve/name", "preserve", "output/preserve/name.mp4", "reports/preserve/name.json"),
            ("input/preserve/a.b/name", "preserve", "output/preserve/a.b/name.mp4", "reports/preserve/a.b/name.json"),
            ("input/preserve/.mov", "preserve", "output/preserve/.mov.mp4", "reports/preserve/.mov.json"),
            ("input/preserve/a.tar.mp4", "preserve", "output/preserve/a.tar.mp4", "reports/preserve/a.tar.mp4.json"),
            (
                "input/preserve/a b+c%20ü🎬.m4v", "preserve", "output/preserve/a b+c%20ü🎬.mp4",
                "reports/preserve/a b+c%20ü🎬.m4v.json"
            ),
            (
                "input/preserve/u\u{308}.mov", "preserve", "output/preserve/u\u{308}.mp4",
                "reports/preserve/u\u{308}.mov.json"
            ),
            ("input/preserve.mov", "preserve", "output/preserve/preserve.mp4", "reports/preserve/preserve.mov.json"),
            ("input/preserve//a.mov", "preserve", "output/preserve//a.mp4", "reports/preserve//a.mov.json"),
        ])
    func output(source: String, policy: String, output: String, report: String) throws {
        let keys = try #require(JobKeys(source: source))
        #expect(keys.policy.rawValue == policy)
        #expect(Array(keys.output("mp4").utf8) == Array(output.utf8))
        #expect(Array(keys.report.utf8) == Array(report.utf8))
    }

    @Test("A distinct output keeps the source's extension") func distinctOutput() throws {
        let keys = try #require(JobKeys(source: "input/downscale/d/a.mov"))
        #expect(keys.distinctOutput("mkv") == "output/downscale/d/a.mov.mkv")
    }

    @Test(
        "A copy keeps the source's extension",
        arguments: [
            ("input/a.MOV", "output/preserve/a.MOV", "output/preserve/a.MOV.MOV"),
            ("input/downscale/d/a.b.mp4", "output/downscale/d/a.b.mp4", "output/downscale/d/a.b.mp4.mp4"),
            ("input/a", "output/preserve/a", "output/preserve/a.copy"),
        ])
    func copy(source: String, copy: String, distinct: String) throws {
        let keys = try #require(JobKeys(source: source))
        #expect(keys.copy == copy && keys.distinctCopy == distinct)
    }

    @Test(
        "Keys outside of input/ are none",
        arguments: [
            "", "input", "input/", "input/preserve/", "input/a/", "output/preserve/a.mp4", "Input/a.mov", "/input/a",
        ])
    func otherKeys(source: String) {
        #expect(JobKeys(source: source) == nil)
    }
}
