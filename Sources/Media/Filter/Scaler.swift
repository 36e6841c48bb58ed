import CFFmpeg
import Containers
import Findings

/// Scales frames to the encoder's resolution and pixel format.
///
/// Frames whose format changes within the source are scaled to the same output; those of another display aspect ratio
/// are letterboxed.
struct Scaler: ~Copyable, Sendable {
    private let output: VideoPlan
    private let threads: Int
    private let pool: FramePool
    // Set after all that throws, and `Optional` since `?` has the default nil: when an init throws, Swift 6.2 destroys the
    // properties that have a value twice (fixed in 6.3). The same holds for other noncopyable types.
    private var context: Optional<ScalerContext>
    private var configured: Optional<Setup>

    /// The configuration of a context.
    private struct Setup: Hashable {
        var format: FrameFormat
        var area: Letterbox
        var isByField: Bool
    }

    init(to output: VideoPlan, threads: Int) throws {
        pool = try FramePool(size: output.paddedSize, format: output.pixelFormat)
        self.output = output
        self.threads = threads
        context = nil
        configured = nil
    }

    /// Whether frames of this format will fill the output's, without letterboxing.
    func fills(_ format: FrameFormat) -> Bool { area(for: format).size == output.size }

    /// The frame in the encoder's format, with its timestamp; the same frame if nothing has to change.
    mutating func scale(_ frame: consuming Frame) throws -> Frame {
        let format = frame.format
        let area = area(for: format)
        if area.size == output.size, output.accepts(format) { return frame }
        let isByField = frame.fieldOrder != nil && output.canScaleByField(format)
        let setup = Setup(format: format, area: area, isByField: isByField)
        if configured != setup {
            context = try ScalerContext(
                format, to: area.size, of: output, lines: isByField ? 2 : 1, threads: threads)
            configured = setup
        }
        let scaled = try pool.frame()
        try check(av_frame_copy_props(scaled.pointer, frame.pointer), "copying a frame's properties", .scale)
        if area.size != output.size { try scaled.fillBlack(isFullRange: output.color.isFullRange == true) }
        let target = try scaled.subframe(area)
        if isByField {
            for parity in 0..<2 {
                let to = try target.field(parity)
                try context?.scale(frame.field(parity), into: to)
            }
        } else {
            try context?.scale(frame, into: target)
        }
        if area.size == output.size { scaled.repeatEdges(from: output.size, bytesPerSample: output.bytesPerSample) }
        return scaled
    }

    private func area(for format: FrameFormat) -> Letterbox {
        // Where the container's aspect ratio differs from the codec's, it holds for all frames that signal the first
        // one's.
        let own = format.sampleAspectRatio
        let sample = own == output.codedSampleAspectRatio || !own.isKnown ? output.sourceSampleAspectRatio : own
        let displayed = Double(format.size.width) * sample.aspectRatio / Double(format.size.height)
        // Padding and rounding to whole samples change the display aspect ratio a little.
        if abs(displayed / output.displayAspectRatio - 1) < 0.001 {
            return Letterbox(output.size, displayAspectRatio: 0, sampleAspectRatio: 1)
        }
        return Letterbox(
            output.size, displayAspectRatio: displayed, sampleAspectRatio: output.sampleAspectRatio.aspectRatio)
    }
}

/// The area of the output's frames that a frame fills: all of it, or the centre, with black bars, where the display
/// aspect ratios differ.
struct Letterbox: Hashable {
    var x = 0
    var y = 0
    var size: Resolution

    /// Display aspect ratios that differ by a smaller fraction are treated as equal: rounding to whole samples can
    /// cause it.
    private static let tolerance = 0.02

    /// - Parameters:
    ///   - size: the output's resolution, without padding.
    ///   - displayAspectRatio: width over height of the frame as shown.
    ///   - sampleAspectRatio: width over height of one sample of the output.
    init(_ size: Resolution, displayAspectRatio: Double, sampleAspectRatio: Double) {
        self.size = size
        let whole = Double(size.width) * sampleAspectRatio / Double(size.height)
        guard displayAspectRatio > 0, whole > 0, abs(displayAspectRatio / whole - 1) > Self.tolerance else { return }
        if displayAspectRatio > whole {
            let height = Int(Double(size.height) * whole / displayAspectRatio)
            self.size.height = max(2, height / 2 * 2)
        } else {
            let width = Int(Double(size.width) * displayAspectRatio / whole)
            self.size.width = max(2, width / 2 * 2)
        }
        x = (size.width - self.size.width) / 4 * 2
        y = (size.height - self.size.height) / 4 * 2
    }
}

extension Frame {
    /// An area of a 4:2:0 frame, as a frame that shares its samples.
    func subframe(_ area: Letterbox) throws -> Frame {
        let subframe = try Frame()
        try check(av_frame_ref(subframe.pointer, pointer), "a subframe", .scale)
        let bytes = bitDepth(of: AVPixelFormat(pointer.pointee.format)) > 8 ? 2 : 1
        let fields = subframe.pointer
        fields.pointee.width = Int32(area.size.width)
        fields.pointee.height = Int32(area.size.height)
        withUnsafeMutableBytes(of: &fields.pointee.data) { planes in
            withUnsafeBytes(of: fields.pointee.linesize) { strides in
                let planes = planes.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)
                let strides = strides.bindMemory(to: Int32.self)
                for index in 0..<3 {
                    let shift = index == 0 ? 0 : 1
                    planes[index]? += (area.y >> shift) * Int(strides[index]) + (area.x >> shift) * bytes
                }
            }
        }
        return subframe
    }

    /// Makes the whole frame black.
    func fillBlack(isFullRange: Bool) throws {
        let frame = pointer.pointee
        let strides = [frame.linesize.0, frame.linesize.1, frame.linesize.2, 0].map { ptrdiff_t($0) }
        var planes = [frame.data.0, frame.data.1, frame.data.2, nil]
        try check(
            av_image_fill_black(
                &planes, strides, AVPixelFormat(frame.format), isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG,
                frame.width, frame.height), "a black frame", .scale)
    }
}
