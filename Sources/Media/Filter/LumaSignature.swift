import CFFmpeg
import Containers

/// A frame's mean luma on a coarse grid: enough to see whether two frames show the same content, at any resolution and
/// bit depth.
struct LumaSignature: Sendable, Equatable {
    /// Mean luma of each cell in 8-bit steps, row by row.
    private(set) var cells: [Float]

    static let columns = 16
    static let rows = 9
    /// Rows of samples that are read in a cell, about; more would add no precision that matters.
    private static let rowsPerCell = 16

    init(cells: [Float]) {
        self.cells = cells
    }

    /// - Parameter size: the area to measure, from the top left corner: the frame without padding.
    /// - Returns: nil for frames whose first plane isn't luma only, or that are smaller than the grid.
    init?(of frame: borrowing Frame, size: Resolution) {
        let fields = frame.pointer.pointee
        guard let layout = LumaLayout(AVPixelFormat(fields.format)), let luma = fields.data.0,
            size.width >= Self.columns, size.height >= Self.rows, size.width <= fields.width,
            size.height <= fields.height
        else { return nil }
        let stride = Int(fields.linesize.0)
        let scale = 1 / Float(1 << max(0, layout.depth - 8))
        cells = []
        cells.reserveCapacity(Self.columns * Self.rows)
        for row in 0..<Self.rows {
            let (top, bottom) = Self.borders(row, of: Self.rows, size.height)
            // An odd step takes rows of both fields of an interlaced frame.
            let step = (Int(bottom) - Int(top)) / Self.rowsPerCell | 1
            for column in 0..<Self.columns {
                let (left, right) = Self.borders(column, of: Self.columns, size.width)
                var sum: Float = 0
                var count: Float = 0
                for line in Swift.stride(from: Int(top), to: Int(bottom.rounded(.up)), by: step) {
                    // In small frames, rows and columns at the borders are shared with the next cell.
                    let weight = min(Float(line + step), bottom) - max(Float(line), top)
                    sum += weight * layout.sum(UnsafeRawPointer(luma + line * stride), from: left, to: right)
                    count += weight * (right - left)
                }
                cells.append(sum / count * scale)
            }
        }
    }

    private static func borders(_ number: Int, of count: Int, _ length: Int) -> (Float, Float) {
        (Float(number * length) / Float(count), Float((number + 1) * length) / Float(count))
    }

    /// Mean absolute difference of the cells, in 8-bit steps.
    func distance(to other: LumaSignature) -> Float {
        let sum = zip(cells, other.cells).reduce(Float(0)) { $0 + abs($1.0 - $1.1) }
        return sum / Float(max(1, cells.count))
    }
}

/// How a pixel format stores luma, where that is a plane of its own.
///
/// Source: FFmpeg, "libavutil/pixdesc.h", AVComponentDescriptor.
private struct LumaLayout {
    let depth: Int
    private let shift: Int
    private let isWide: Bool

    init?(_ format: AVPixelFormat) {
        guard let description = av_pix_fmt_desc_get(format)?.pointee else { return nil }
        let luma = description.comp.0
        let flags = description.flags
        guard description.nb_components >= 3, flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BE) == 0,
            luma.plane == 0, luma.offset == 0, luma.step == (luma.depth > 8 ? 2 : 1)
        else { return nil }
        depth = Int(luma.depth)
        shift = Int(luma.shift)
        isWide = luma.depth > 8
    }

    /// - Parameters:
    ///   - left: the start of the interval, in samples from the row's start; a fraction counts a part of a sample.
    ///   - right: its end.
    func sum(_ row: UnsafeRawPointer, from left: Float, to right: Float) -> Float {
        let (first, last) = (Int(left), Int(right))
        var sum = Float(self.sum(row, first..<last))
        if left > Float(first) { sum -= (left - Float(first)) * Float(self.sum(row, first..<first + 1)) }
        if right > Float(last) { sum += (right - Float(last)) * Float(self.sum(row, last..<last + 1)) }
        return sum
    }

    private func sum(_ row: UnsafeRawPointer, _ columns: Range<Int>) -> Int {
        guard isWide else {
            return columns.reduce(0) { $0 + Int(row.load(fromByteOffset: $1, as: UInt8.self)) }
        }
        return columns.reduce(0) { $0 + Int(row.load(fromByteOffset: $1 * 2, as: UInt16.self)) >> shift }
    }
}
