import Testing

@testable import Containers

@Suite("Crop insets") struct CropInsetsTests {
    private let insets = CropInsets(left: 1, right: 2, top: 3, bottom: 4)

    @Test("Crop insets are cropped with the frame") func cropped() {
        #expect(
            insets.subtracting(CropInsets(left: 0, right: 1, top: 9, bottom: 4))
                == CropInsets(left: 1, right: 1, top: 0, bottom: 0))
        let all = insets.subtracting(CropInsets(left: 8, right: 8, top: 8, bottom: 8))
        #expect(all.isZero)
        #expect(Resolution(width: 720, height: 576).cropped(by: insets) == Resolution(width: 717, height: 569))
    }

    @Test("Crop insets move to whole chroma samples") func chroma() {
        #expect(insets.aligned(toColumn: 2, row: 4) == CropInsets(left: 0, right: 3, top: 0, bottom: 7))
        #expect(insets.aligned(toColumn: 1, row: 1) == insets)
    }
}
