import CXPSNR
import Containers

/// XPSNR, the perceptually weighted PSNR of Fraunhofer HHI: squared errors count less where a block of the source is busy,
/// in space or in time.
///
/// The weights depend on the source alone, and are made in presentation order; errors can be measured in any order.
/// Before the first frame of a video, all frames count as black, as in FFmpeg.
///
/// Source: C. Helmrich and others, "XPSNR: A Low-Complexity Extension of the Perceptually Weighted Peak Signal-to-Noise
/// Ratio for High-Resolution Video Quality Assessment" (ICASSP 2020); FFmpeg's filter `xpsnr`.
struct XPSNR: Sendable {
    /// The planes of a 4:2:0 frame.
    struct Planes {
        var luma: reelpress_plane
        var cb: reelpress_plane
        var cr: reelpress_plane
    }

    private let size: Resolution
    /// The width and height of the luma's blocks; 0 where a frame is too small for weights.
    private let side: Int
    private let blocksPerRow: Int
    /// Large frames are filtered at half their resolution.
    private let isCoarse: Bool
    /// At high frame rates, activity in time is how much the difference between two frames changes.
    private let usesSecondDifference: Bool
    /// The least activity of a block: that of a flat one, for the high-pass's gain.
    private let minActivity: Double
    /// A typical activity, to which weights are relative.
    private let usualActivity: Double
    private let peak: Double
    private let bytesPerSample: Int
    /// A row of black.
    private let black: [UInt8]

    /// - Parameters:
    ///   - size: even, in luma samples.
    ///   - bitDepth: 8 or 10.
    ///   - frameRate: frames per second.
    init(_ size: Resolution, bitDepth: Int, frameRate: Double) {
        self.size = size
        let samples = size.width * size.height
        let share = Double(samples) / (3840 * 2160)
        side = 4 * Int(32 * share.squareRoot() + 0.5)
        blocksPerRow = side > 0 ? (size.width + side - 1) / side : 0
        isCoarse = samples > 2048 * 1152
        usesSecondDifference = Int(frameRate) >= 32
        minActivity = Double(1 << (bitDepth - 6))
        usualActivity = (16 * Double(1 << (2 * bitDepth - 9)) / max(0.00001, share).squareRoot()).squareRoot()
        peak = Double((1 << bitDepth) - 1)
        bytesPerSample = bitDepth > 8 ? 2 : 1
        black = [UInt8](repeating: 0, count: size.width * bytesPerSample)
    }

    /// The weight of each block of a frame, row by row.
    ///
    /// - Parameters:
    ///   - luma: the frame's.
    ///   - before: the luma of the frame before; nil for black.
    ///   - earlier: of the one before that.
    func weights(_ luma: reelpress_plane, before: reelpress_plane?, earlier: reelpress_plane?) -> [Double] {
        guard side > 0 else { return [] }
        let activities = black.withUnsafeBufferPointer { black in
            let none = reelpress_plane(start: black.baseAddress, stride: 0, bytes_per_sample: Int32(bytesPerSample))
            let before = before ?? none
            var earlier = earlier ?? none
            return withUnsafePointer(to: &earlier) { earlier in
                rows.flatMap { blockActivities(of: $0, luma, before, usesSecondDifference ? earlier : nil) }
            }
        }
        let weights = activities.map { 1 / max($0, minActivity) }
        return size.width * size.height <= 640 * 480 ? smoothed(weights) : weights
    }

    /// The errors of a frame.
    ///
    /// - Parameter weights: the source's.
    func quality(_ source: Planes, _ reconstruction: Planes, weights: [Double]) -> FrameQuality {
        FrameQuality(
            luma: error(source.luma, reconstruction.luma, weights, shift: 0),
            cb: error(source.cb, reconstruction.cb, weights, shift: 1),
            cr: error(source.cr, reconstruction.cr, weights, shift: 1))
    }

    /// The rows of blocks.
    private var rows: [reelpress_area] {
        stride(from: 0, to: size.height, by: side).map { top in
            reelpress_area(
                left: 0, top: Int32(top), right: Int32(size.width), bottom: Int32(min(top + side, size.height)))
        }
    }

    /// The activity of each block of a row.
    private func blockActivities(
        of row: reelpress_area, _ luma: reelpress_plane, _ before: reelpress_plane,
        _ earlier: UnsafePointer<reelpress_plane>?
    ) -> [Double] {
        // The high-pass looks at samples around, which the frame's edge doesn't have.
        let border: Int32 = isCoarse ? 2 : 1
        var inner = row
        inner.left = border
        inner.top = max(row.top, border)
        inner.right -= border
        inner.bottom = min(row.bottom, Int32(size.height) - border)
        guard inner.left < inner.right, inner.top < inner.bottom else {
            return .init(repeating: 1, count: blocksPerRow)
        }
        var spatial = [UInt64](repeating: 0, count: blocksPerRow)
        var temporal = spatial
        if isCoarse {
            reelpress_coarse_spatial_activities(luma, inner, Int32(side), &spatial)
            reelpress_coarse_temporal_activities(luma, before, earlier, row, Int32(side), &temporal)
        } else {
            reelpress_spatial_activities(luma, inner, Int32(side), &spatial)
            reelpress_temporal_activities(luma, before, earlier, row, Int32(side), &temporal)
        }
        return (0..<blocksPerRow).map { column in
            let (whole, inside) = (part(of: row, column), part(of: inner, column))
            guard inside.left < inside.right else { return 1 }
            // As in FFmpeg, whose result for such a block is lost: it can only be the last one of a row.
            let isLost = isCoarse && inside.right - whole.left <= Self.narrow
            return Double(isLost ? 0 : spatial[column]) / inside.sampleCount
                + 2 * Double(temporal[column]) / whole.sampleCount
        }
    }

    /// The part of an area that belongs to a column of blocks.
    private func part(of area: reelpress_area, _ column: Int) -> reelpress_area {
        var part = area
        part.left = max(area.left, Int32(column * side))
        part.right = min(area.right, Int32((column + 1) * side))
        return part
    }

    /// Samples up to which the spatial activity of a block of a large frame counts as none.
    private static let narrow: Int32 = 12

    /// In small frames, a block counts at most as much as the neighbour that counts most: of the left and the upper one,
    /// which are limited already, and the right one.
    private func smoothed(_ weights: [Double]) -> [Double] {
        var weights = weights
        let width = blocksPerRow
        for index in weights.indices {
            let column = index % width
            var limit = column + 1 < width ? weights[index + 1] : 0
            if column > 0 { limit = max(limit, weights[index - 1]) }
            if index >= width { limit = max(limit, weights[index - width]) }
            if limit > 0 { weights[index] = min(weights[index], limit) }
        }
        return weights
    }

    /// The root of a plane's weighted squared error, relative to that of the largest possible error.
    ///
    /// - Parameter shift: 1 for a plane of half the luma's width and height.
    private func error(
        _ source: reelpress_plane, _ reconstruction: reelpress_plane, _ weights: [Double], shift: Int32
    ) -> Double {
        let whole = reelpress_area(
            left: 0, top: 0, right: Int32(size.width) >> shift, bottom: Int32(size.height) >> shift)
        var sum = 0.0
        if weights.isEmpty {
            sum = Double(reelpress_squared_error(source, reconstruction, whole))
        } else {
            for (row, number) in zip(rows, 0...) {
                let area = reelpress_area(
                    left: 0, top: row.top >> shift, right: whole.right, bottom: row.bottom >> shift)
                var errors = [UInt64](repeating: 0, count: blocksPerRow)
                reelpress_squared_errors(source, reconstruction, area, Int32(side) >> shift, &errors)
                for (error, weight) in zip(errors, weights[(number * blocksPerRow)...]) {
                    sum += Double(error) * weight
                }
            }
            sum *= usualActivity
        }
        return (sum / (whole.sampleCount * peak * peak)).squareRoot()
    }
}

extension XPSNR.Planes {
    /// - Parameters:
    ///   - starts: of Y, Cb and Cr.
    ///   - strides: in bytes.
    init(
        _ starts: (UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?), _ strides: (Int32, Int32, Int32),
        bytesPerSample: Int
    ) {
        func plane(_ start: UnsafeRawPointer?, _ stride: Int32) -> reelpress_plane {
            reelpress_plane(
                start: start?.assumingMemoryBound(to: UInt8.self), stride: Int(stride),
                bytes_per_sample: Int32(bytesPerSample))
        }
        luma = plane(starts.0, strides.0)
        cb = plane(starts.1, strides.1)
        cr = plane(starts.2, strides.2)
    }
}

extension reelpress_area {
    fileprivate var sampleCount: Double { Double(right - left) * Double(bottom - top) }
}
