import Testing

@testable import Media

@Suite("Choice of the keyframes that are compared")
struct VerificationSamplesTests {
    @Test("Of a short video every keyframe is a sample, of a long one at most eight, evenly spread", arguments: 1...100)
    func spread(keyframes: Int) {
        var samples = VerificationSamples()
        for number in 0..<keyframes { _ = samples.add(FrameProof(reconstructionCRC: UInt32(number))) }
        let chosen = (0..<keyframes).filter { samples[$0] != nil }
        #expect(samples.keyframeCount == keyframes && samples.count == chosen.count)
        #expect(keyframes <= 8 ? chosen.count == keyframes : (4...8).contains(chosen.count))
        #expect(Set(zip(chosen, chosen.dropFirst()).map { $1 - $0 }).count <= 1)
        for number in chosen { #expect(samples[number]?.reconstructionCRC == UInt32(number)) }
    }

    @Test("A choice names the step that later samples keep to")
    func choice() {
        var samples = VerificationSamples()
        let choices = (0..<17).map { _ in samples.add(FrameProof()) }
        #expect(choices[7] == VerificationSamples.Choice(keyframe: 7, step: 1))
        #expect(choices[8] == VerificationSamples.Choice(keyframe: 8, step: 2))
        #expect(choices[9] == nil && choices[16] == VerificationSamples.Choice(keyframe: 16, step: 4))
    }
}
