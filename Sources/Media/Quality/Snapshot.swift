public import FoundationEssentials

/// One frame as people compare it: as it was scaled for the encoder, and as x265 reconstructed it.
public struct Snapshot: Sendable, Hashable, Codable {
    /// Seconds from the output's start.
    public var time: Double
    /// The luma's XPSNR in dB.
    public var xpsnr: Double
    /// The luma's PSNR in dB.
    public var psnr: Double
    /// Of the images, in pixels.
    public var width: Int
    public var height: Int
    /// JPEG.
    public var before: Data
    public var after: Data
    /// The part with the largest error at its own size, if the images are smaller than the frame.
    public var detail: Detail?
    /// JPEG of the reconstruction, at most 120×68 pixels.
    public var thumbnail: Data

    public struct Detail: Sendable, Hashable, Codable {
        public var width: Int
        public var height: Int
        public var before: Data
        public var after: Data
    }
}

/// Some frames of a video: the worst one, and others at about equal distances. Bounded, and those of chunks add up.
public struct Snapshots: Sendable, Hashable, Codable {
    public internal(set) var worst: Snapshot?
    /// In the order of their times.
    public internal(set) var others: [Snapshot] = []

    /// Frames besides the worst.
    static let limit = 6

    public init() {}

    mutating func add(worst snapshot: Snapshot) {
        guard let worst else { return worst = snapshot }
        if (snapshot.xpsnr, snapshot.time) < (worst.xpsnr, worst.time) { self.worst = snapshot }
    }

    public static func + (one: Snapshots, other: Snapshots) -> Snapshots {
        var sum = one
        if let worst = other.worst { sum.add(worst: worst) }
        sum.others = (one.others + other.others).sorted { $0.time < $1.time }
        // The one whose neighbours are closest says the least.
        while sum.others.count > limit {
            let times = sum.others.map(\.time)
            func gap(_ place: Int) -> Double { times[place + 1] - times[place - 1] }
            let place = (1..<times.count - 1).min { gap($0) < gap($1) }
            sum.others.remove(at: place ?? 0)
        }
        return sum
    }
}
