/// Distances from a picture's edges, in luma samples.
public struct CropInsets: Sendable, Hashable, Codable {
    public var left = 0
    public var right = 0
    public var top = 0
    public var bottom = 0

    public init() {}

    public init(left: Int, right: Int, top: Int, bottom: Int) {
        (self.left, self.right, self.top, self.bottom) = (left, right, top, bottom)
    }

    public var isZero: Bool { self == CropInsets() }

    /// What is left of margins once others are cut off the picture.
    public func subtracting(_ cut: CropInsets) -> CropInsets {
        CropInsets(
            left: max(0, left - cut.left), right: max(0, right - cut.right), top: max(0, top - cut.top),
            bottom: max(0, bottom - cut.bottom))
    }

    public func scaled(_ width: Double, _ height: Double) -> CropInsets {
        func scaled(_ distance: Int, _ scale: Double) -> Int { Int((Double(distance) * scale).rounded()) }
        return CropInsets(
            left: scaled(left, width), right: scaled(right, width), top: scaled(top, height),
            bottom: scaled(bottom, height))
    }

    /// CropInsets of the same size of picture, moved to the left and up until they are whole multiples there.
    public func aligned(toColumn columns: Int, row rows: Int) -> CropInsets {
        let (x, y) = (left % columns, top % rows)
        return CropInsets(left: left - x, right: right + x, top: top - y, bottom: bottom + y)
    }
}

extension Resolution {
    /// The picture without its margins.
    public func without(_ margins: CropInsets) -> Resolution {
        Resolution(
            width: width - margins.left - margins.right, height: height - margins.top - margins.bottom)
    }
}
