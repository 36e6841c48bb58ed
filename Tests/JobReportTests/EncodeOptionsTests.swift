import Findings
import JobReport
import Testing

struct EncodeOptionsTests {
    static let options = EncodeOptions(
        policy: "preserve", crf: 24, preset: "medium", container: "auto", interlaced: "deinterlace", x265Params: "",
        errors: "tolerate", larger: .copy, skipHEVCBelow: 0.05)

    @Test("settings that change the output change the digest")
    func differentOutputs() {
        var others = [EncodeOptions](repeating: Self.options, count: 6)
        others[0].policy = "downscale"
        others[1].crf = 25
        others[2].preset = "slow"
        others[3].container = "mkv"
        others[4].x265Params = "aq-mode=3"
        others[5].errors = "strict"
        #expect(Set((others + [Self.options]).map { $0.digest() }).count == 7)
    }

    @Test("settings on copies change the digest of a copy alone")
    func differentCopies() {
        var others = [Self.options, Self.options]
        others[0].larger = .keep
        others[1].skipHEVCBelow = 0
        #expect(Set((others + [Self.options]).map { $0.digest() }).count == 1)
        #expect(Set((others + [Self.options]).map { $0.digest(copying: .larger) }).count == 2)
        #expect(Set((others + [Self.options]).map { $0.digest(copying: .efficient) }).count == 2)
    }

    @Test("with a target, the CRF that was found does not change the digest, and the target does")
    func target() {
        var options = [EncodeOptions](repeating: Self.options, count: 3)
        for index in options.indices { options[index].qualityTarget = 37 }
        options[1].crf = 26.25
        options[2].qualityTarget = 38
        #expect(options[0].digest() == options[1].digest() && options[0].digest() != options[2].digest())
        #expect(options[0].digest().contains(" crf=auto quality-target=37.0 "))
    }

    /// Outputs of earlier versions are recognised by these lines.
    @Test("the digests are those of earlier versions")
    func exactText() {
        let encoding =
            "policy=preserve crf=24.0 preset=medium container=auto interlaced=deinterlace x265-params= errors=tolerate"
        #expect(Self.options.digest() == encoding)
        #expect(Self.options.digest(copying: .larger) == "larger=copy \(encoding)")
        #expect(
            Self.options.digest(copying: .efficient) == "skip-hevc-below=0.05 policy=preserve container=auto")
    }
}
