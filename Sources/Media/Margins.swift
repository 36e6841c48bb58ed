/// Distances from a picture's edges, in luma samples.
struct Margins: Sendable, Hashable {
    var left = 0
    var right = 0
    var top = 0
    var bottom = 0

    var isZero: Bool { self == Margins() }

    /// What is left of margins once others are cut off the picture.
    func reduced(by cut: Margins) -> Margins {
        Margins(
            left: max(0, left - cut.left), right: max(0, right - cut.right), top: max(0, top - cut.top),
            bottom: max(0, bottom - cut.bottom))
    }

    func scaled(_ width: Double, _ height: Double) -> Margins {
        func scaled(_ distance: Int, _ scale: Double) -> Int { Int((Double(distance) * scale).rounded()) }
        return Margins(
            left: scaled(left, width), right: scaled(right, width), top: scaled(top, height),
            bottom: scaled(bottom, height))
    }

    /// Margins of the same size of picture, moved to the left and up until they are whole multiples there.
    func moved(toColumn columns: Int, row rows: Int) -> Margins {
        let (x, y) = (left % columns, top % rows)
        return Margins(left: left - x, right: right + x, top: top - y, bottom: bottom + y)
    }
}

extension PictureSize {
    /// The picture without its margins.
    func without(_ margins: Margins) -> PictureSize {
        PictureSize(
            width: width - margins.left - margins.right, height: height - margins.top - margins.bottom)
    }
}

extension Orientation {
    /// Where the margins of a picture are once it is stored as shown.
    func turned(_ margins: Margins) -> Margins {
        let (left, right, top, bottom) = (margins.left, margins.right, margins.top, margins.bottom)
        return switch self {
        case .clockwise: Margins(left: bottom, right: top, top: left, bottom: right)
        case .counterclockwise: Margins(left: top, right: bottom, top: right, bottom: left)
        case .upsideDown: Margins(left: right, right: left, top: bottom, bottom: top)
        case .mirrored: Margins(left: right, right: left, top: top, bottom: bottom)
        case .flipped: Margins(left: left, right: right, top: bottom, bottom: top)
        case .mirroredClockwise: Margins(left: bottom, right: top, top: right, bottom: left)
        case .mirroredCounterclockwise: Margins(left: top, right: bottom, top: left, bottom: right)
        }
    }
}
