import Testing

@testable import Media

struct MarginsTests {
    private let margins = Margins(left: 1, right: 2, top: 3, bottom: 4)

    @Test func turnWithThePicture() {
        #expect(Orientation.clockwise.turned(margins) == Margins(left: 4, right: 3, top: 1, bottom: 2))
        #expect(Orientation.counterclockwise.turned(Orientation.clockwise.turned(margins)) == margins)
        #expect(
            Orientation.clockwise.turned(Orientation.clockwise.turned(margins))
                == Orientation.upsideDown.turned(margins))
        #expect(
            Orientation.flipped.turned(Orientation.clockwise.turned(margins))
                == Orientation.mirroredClockwise.turned(margins))
        #expect(
            Orientation.flipped.turned(Orientation.counterclockwise.turned(margins))
                == Orientation.mirroredCounterclockwise.turned(margins))
        #expect(
            Orientation.mirrored.turned(Orientation.flipped.turned(margins)) == Orientation.upsideDown.turned(margins))
    }

    @Test func areCutWithThePicture() {
        #expect(
            margins.reduced(by: Margins(left: 0, right: 1, top: 9, bottom: 4))
                == Margins(left: 1, right: 1, top: 0, bottom: 0))
        #expect(PictureSize(width: 720, height: 576).without(margins) == PictureSize(width: 717, height: 569))
    }

    @Test func moveToWholeSamplesOfColour() {
        #expect(margins.moved(toColumn: 2, row: 4) == Margins(left: 0, right: 3, top: 0, bottom: 7))
        #expect(margins.moved(toColumn: 1, row: 1) == margins)
    }
}
