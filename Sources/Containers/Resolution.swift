/// Width and height of a picture in luma samples.
public struct Resolution: Sendable, Hashable, Codable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The largest picture that `downscale` leaves as it is: 2560×1440, or 1440×2560 for a portrait one.
    public static let downscaleLimit = Resolution(width: 2560, height: 1440)

    public var isPortrait: Bool { height > width }
    public var turned: Resolution { Resolution(width: height, height: width) }

    /// This size fitted inside a limit: aspect ratio kept, even dimensions, never larger than it was.
    ///
    /// The limit is turned for a portrait picture.
    public func fitted(inside landscapeLimit: Resolution) -> Resolution {
        let limit = isPortrait ? landscapeLimit.turned : landscapeLimit
        guard width > limit.width || height > limit.height else { return self }
        let widthDecides = width * limit.height >= height * limit.width
        return widthDecides
            ? Resolution(width: limit.width, height: nearestEven(limit.width * height, over: width))
            : Resolution(width: nearestEven(limit.height * width, over: height), height: limit.height)
    }

    /// The smallest size with even dimensions that holds this one: 4:2:0 can't express an odd one.
    public var paddedToEven: Resolution { Resolution(width: width + width % 2, height: height + height % 2) }
}

extension Resolution: CustomStringConvertible {
    public var description: String { "\(width)×\(height)" }
}

/// The even number nearest to a quotient, at least 2.
private func nearestEven(_ dividend: Int, over divisor: Int) -> Int {
    max(2, (dividend + divisor) / (2 * divisor) * 2)
}
