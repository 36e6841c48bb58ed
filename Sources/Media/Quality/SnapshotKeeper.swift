import CXPSNR
import Containers
import FoundationEssentials
import Glibc

/// Takes snapshots while a video, or a chunk of it, is encoded: of the worst frame, and of frames at equal distances,
/// which double as the video goes on. Which frames these are depends on the frames alone.
struct SnapshotKeeper: Sendable {
    private let converter: StillConverter
    private let size: Resolution
    private let bitDepth: Int
    /// Frames that are kept besides the worst.
    private let limit: Int
    private var interval: Int
    private static let first = 4
    private var regular: [Int: Candidate] = [:]
    private var worst: Candidate?

    /// A frame that may be shown. Images are made when that is certain: in the beginning, many frames are the worst so far,
    /// and of the regular ones two in four are given up at each doubling.
    private struct Candidate {
        var time: Double
        var quality: FrameQuality
        var psnr: Double
        var whole: Pair
        var detail: Pair?
    }

    private struct Pair {
        var before: Still
        var after: Still

        init(_ source: XPSNR.Planes, _ reconstruction: XPSNR.Planes, _ area: StillArea, width: Int) {
            before = Still(source, area, width: width)
            after = Still(reconstruction, area, width: width)
        }
    }

    /// Pixels of an image: what fits into a page and a window.
    private static let maxWidth = 1280
    private static let detailSize = Resolution(width: 640, height: 360)
    /// The second one for noise, which fills the first.
    private static let thumbnailSizes = [Resolution(width: 120, height: 68), Resolution(width: 60, height: 34)]
    /// Bytes of the images of a frame, of which four fit into a page: of a whole one, and of the two kinds. And of a
    /// thumbnail, of which ten thousand fit into one.
    private static let maxBytes = (whole: 175_000, scaled: 120_000, detail: 55_000, thumbnail: 1_200)
    private static let scales: [Int32] = [3, 5, 8, 13, 22, 31]

    /// - Parameter limit: frames that are kept besides the worst: one where others add theirs.
    /// - Returns: nil if this libavcodec can't make JPEGs.
    init?(_ video: VideoPlan, limit: Int = Snapshots.limit) {
        guard JPEGEncoder.isAvailable else { return nil }
        size = video.paddedSize
        bitDepth = video.bitDepth
        converter = StillConverter(video.color, size: video.size, bitDepth: video.bitDepth)
        self.limit = limit
        interval = limit > 1 ? 16 : .max
    }

    /// The snapshots so far.
    func snapshots() throws -> Snapshots {
        var found = Snapshots()
        if let worst { found.add(worst: try snapshot(worst)) }
        found.others = try regular.sorted { $0.key < $1.key }.map { try snapshot($0.value) }
        return found
    }

    /// Takes a frame with its reconstruction.
    ///
    /// - Parameters:
    ///   - number: the frame's, from 1 in presentation order.
    ///   - time: seconds from the output's start.
    mutating func consider(
        _ number: Int, at time: Double, _ quality: FrameQuality, _ source: XPSNR.Planes, _ reconstruction: XPSNR.Planes
    ) {
        let isWorst = worst.map { (quality.xpsnr, time) < ($0.quality.xpsnr, $0.time) } ?? true
        makeRoom(for: number)
        let isRegular = isAtDistance(number)
        guard isWorst || isRegular else { return }
        let candidate = candidate(time, quality, source, reconstruction)
        if isWorst { worst = candidate }
        if isRegular { regular[number] = candidate }
    }

    /// Doubles the distance until there is room for a frame, or until it is not at this distance: before an image is made.
    private mutating func makeRoom(for number: Int) {
        while isAtDistance(number), regular.count >= limit {
            interval *= 2
            regular = regular.filter { isAtDistance($0.key) }
        }
    }

    /// The first one is not that of a seam or a fade.
    private func isAtDistance(_ number: Int) -> Bool { (number - 1) % interval == Self.first }

    private func candidate(
        _ time: Double, _ quality: FrameQuality, _ source: XPSNR.Planes, _ reconstruction: XPSNR.Planes
    ) -> Candidate {
        let all = StillArea(x: 0, y: 0, width: size.width, height: size.height)
        var candidate = Candidate(
            time: time, quality: quality, psnr: psnr(source.luma, reconstruction.luma),
            whole: Pair(source, reconstruction, all, width: Self.maxWidth))
        if size.width > Self.maxWidth {
            let part = worstPart(source.luma, reconstruction.luma)
            candidate.detail = Pair(source, reconstruction, part, width: part.width)
        }
        return candidate
    }

    private func snapshot(_ candidate: Candidate) throws -> Snapshot {
        let isWhole = candidate.detail == nil
        let (before, after) = (converter.image(candidate.whole.before), converter.image(candidate.whole.after))
        let images = try images(before, after, maxBytes: isWhole ? Self.maxBytes.whole : Self.maxBytes.scaled)
        return Snapshot(
            time: candidate.time, xpsnr: candidate.quality.xpsnr, psnr: candidate.psnr, width: images.width,
            height: images.height, before: images.before, after: images.after,
            detail: try candidate.detail.map { pair in
                try self.images(
                    converter.image(pair.before), converter.image(pair.after), maxBytes: Self.maxBytes.detail)
            },
            thumbnail: try thumbnail(after))
    }

    private func thumbnail(_ image: StillSamples) throws -> Data {
        for size in Self.thumbnailSizes {
            let small = image.fitted(into: size)
            for scale in Self.scales {
                let bytes = try JPEGEncoder.encode(small, scale: scale)
                if bytes.count <= Self.maxBytes.thumbnail { return bytes }
            }
        }
        return Data()
    }

    /// Both images with the same quantization, so that what differs is x265's.
    private func images(_ before: StillSamples, _ after: StillSamples, maxBytes: Int) throws -> Snapshot.Detail {
        var found = Snapshot.Detail(width: before.width, height: before.height, before: .init(), after: .init())
        var least: Int32 = 0
        for scale in Self.scales where scale >= least {
            found.before = try JPEGEncoder.encode(before, scale: scale)
            let excess = Double(found.before.count) / Double(maxBytes)
            guard excess <= 1 else {
                // A guess of the scale that fits saves the tries between.
                least = min(Self.scales.last ?? 31, Int32(Double(scale) * excess))
                continue
            }
            found.after = try JPEGEncoder.encode(after, scale: scale)
            break
        }
        if found.after.isEmpty { found.after = try JPEGEncoder.encode(after, scale: Self.scales.last ?? 31) }
        return found
    }

    private func psnr(_ one: reelpress_plane, _ other: reelpress_plane) -> Double {
        let all = StillArea(x: 0, y: 0, width: size.width, height: size.height)
        let error = squaredError(one, other, all, step: 1)
        let peak = Double((1 << bitDepth) - 1)
        guard error > 0 else { return FrameQuality.best }
        return min(FrameQuality.best, 10 * log10(peak * peak * Double(all.width * all.height) / error))
    }

    /// The part of the frame with the largest error.
    private func worstPart(_ one: reelpress_plane, _ other: reelpress_plane) -> StillArea {
        let (width, height) = (min(Self.detailSize.width, size.width), min(Self.detailSize.height, size.height))
        var worst = (area: StillArea(x: 0, y: 0, width: width, height: height), error: -1.0)
        for y in stride(from: 0, through: size.height - height, by: max(2, height / 4 * 2)) {
            for x in stride(from: 0, through: size.width - width, by: max(2, width / 4 * 2)) {
                let area = StillArea(x: x, y: y, width: width, height: height)
                let error = squaredError(one, other, area, step: 4)
                if error > worst.error { worst = (area, error) }
            }
        }
        return worst.area
    }

    /// - Parameter step: 1 for all rows, 2 for every second one, …
    private func squaredError(
        _ one: reelpress_plane, _ other: reelpress_plane, _ area: StillArea, step: Int
    ) -> Double {
        let (left, right) = (Int32(area.x), Int32(area.x + area.width))
        let sum = stride(from: Int32(area.y), to: Int32(area.y + area.height), by: step).reduce(UInt64(0)) { sum, y in
            sum
                + reelpress_squared_error(
                    one, other, reelpress_area(left: left, top: y, right: right, bottom: y + 1))
        }
        return Double(sum)
    }
}
