import Containers
import Testing

@testable import Media

@Suite("Orientation") struct OrientationTests {
    private let insets = CropInsets(left: 1, right: 2, top: 3, bottom: 4)

    @Test("Crop insets are rotated with the frame")
    func cropInsets() {
        #expect(Orientation.clockwise.turned(insets) == CropInsets(left: 4, right: 3, top: 1, bottom: 2))
        #expect(Orientation.counterclockwise.turned(Orientation.clockwise.turned(insets)) == insets)
        #expect(
            Orientation.clockwise.turned(Orientation.clockwise.turned(insets))
                == Orientation.upsideDown.turned(insets))
        #expect(
            Orientation.flipped.turned(Orientation.clockwise.turned(insets))
                == Orientation.mirroredClockwise.turned(insets))
        #expect(
            Orientation.flipped.turned(Orientation.counterclockwise.turned(insets))
                == Orientation.mirroredCounterclockwise.turned(insets))
        #expect(
            Orientation.mirrored.turned(Orientation.flipped.turned(insets)) == Orientation.upsideDown.turned(insets))
    }
}
