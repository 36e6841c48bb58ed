import Containers
import TestSupport
import Testing

@Suite("Resolution") struct ResolutionTests {
    @Test(
        "A resolution is fitted into the downscale limit",
        arguments: [
            ((3840, 2160), (2560, 1440)), ((4096, 2160), (2560, 1350)), ((2160, 3840), (1440, 2560)),
            ((2160, 4096), (1350, 2560)), ((7680, 4320), (2560, 1440)), ((1920, 1080), (1920, 1080)),
            ((2560, 1440), (2560, 1440)), ((2560, 1441), (2558, 1440)), ((2562, 1440), (2560, 1438)),
            ((1441, 2560), (1440, 2558)), ((3000, 3000), (1440, 1440)), ((2880, 1200), (2560, 1066)),
            ((20000, 10), (2560, 2)), ((321, 241), (321, 241)), ((640, 480), (640, 480)),
        ])
    func fits(source: (Int, Int), expected: (Int, Int)) {
        let fitted = Resolution(width: source.0, height: source.1).fitted(inside: .downscaleLimit)
        #expect(fitted == Resolution(width: expected.0, height: expected.1))
    }

    @Test("Odd dimensions are padded by one") func padded() {
        #expect(Resolution(width: 321, height: 180).paddedToEven == Resolution(width: 322, height: 180))
        #expect(Resolution(width: 320, height: 181).paddedToEven == Resolution(width: 320, height: 182))
    }

    @Test("A fitted resolution never exceeds the limit, grows or distorts") func invariants() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            let source = Resolution(
                width: Int.random(in: 16...9000, using: &random), height: Int.random(in: 16...9000, using: &random))
            let fitted = source.fitted(inside: .downscaleLimit)
            let isPortrait = source.height > source.width
            #expect(fitted.width <= (isPortrait ? 1440 : 2560) && fitted.height <= (isPortrait ? 2560 : 1440))
            #expect(fitted.width <= source.width && fitted.height <= source.height)
            if fitted != source {
                #expect(fitted.width % 2 == 0 && fitted.height % 2 == 0)
                let exact = Double(source.height) * Double(fitted.width) / Double(source.width)
                let other = Double(source.width) * Double(fitted.height) / Double(source.height)
                #expect(
                    abs(exact - Double(fitted.height)) <= 2.01 || abs(other - Double(fitted.width)) <= 2.01,
                    "\(source) → \(fitted)")
            }
        }
    }
}
