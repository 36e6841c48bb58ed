/// Width and height of a frame in luma samples.
public struct Resolution: Sendable, Hashable, Codable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The largest frame that `downscale` doesn't scale: 2560×1440, or 1440×2560 in portrait orientation.
    public static let downscaleLimit = Resolution(width: 2560, height: 1440)

    public var isPortrait: Bool { height > width }
    public var rotated: Resolution { Resolution(width: height, height: width) }

    /// The largest size inside a limit with the same aspect ratio and even dimensions, never larger than this one.
    ///
    /// The limit is rotated for a portrait frame.
    public func fitted(inside landscapeLimit: Resolution) -> Resolution {
        let limit = isPortrait ? landscapeLimit.rotated : landscapeLimit
        guard width > limit.width || height > limit.height else { return self }
        let widthDecides = width * limit.height >= height * limit.width
        return widthDecides
            ? Resolution(width: limit.width, height: nearestEven(limit.width * height, over: width))
            : Resolution(width: nearestEven(limit.height * width, over: height), height: limit.height)
    }

    /// The smallest size with even dimensions that contains this one: 4:2:0 can't represent odd ones.
    public var paddedToEven: Resolution { Resolution(width: width + width % 2, height: height + height % 2) }
}

extension Resolution: CustomStringConvertible {
    public var description: String { "\(width)×\(height)" }
}

/// The even number nearest to a quotient, at least 2.
private func nearestEven(_ dividend: Int, over divisor: Int) -> Int {
    max(2, (dividend + divisor) / (2 * divisor) * 2)
}

/// Distances from a frame's edges, in luma samples.
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

    /// The insets that remain once the frame was cropped by `cut`.
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

    /// Moves the cropped area left and up to whole multiples; its size stays the same.
    public func aligned(toColumn columns: Int, row rows: Int) -> CropInsets {
        let (x, y) = (left % columns, top % rows)
        return CropInsets(left: left - x, right: right + x, top: top - y, bottom: bottom + y)
    }
}

extension Resolution {
    /// The size of the frame once it is cropped.
    public func cropped(by insets: CropInsets) -> Resolution {
        Resolution(width: width - insets.left - insets.right, height: height - insets.top - insets.bottom)
    }
}
