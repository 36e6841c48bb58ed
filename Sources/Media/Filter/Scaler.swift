import CFFmpeg
import Containers
import Findings

/// Brings pictures to the encoder's size and sample layout.
///
/// A picture that differs from the ones before is brought to the same output; one of another shape gets black beside it.
struct Scaler: ~Copyable, Sendable {
    private let output: VideoPlan
    private let threads: Int
    private let pool: FramePool
    private var context: ScalerContext?
    private var configured: Setup?

    /// What a context is made for.
    private struct Setup: Hashable {
        var format: FrameFormat
        var area: Letterbox
        var isByField: Bool
    }

    init(to output: VideoPlan, threads: Int) throws {
        self.output = output
        self.threads = threads
        pool = try FramePool(size: output.paddedSize, format: output.pixelFormat)
    }

    /// Whether a picture will fill the output's, with nothing beside it.
    func fills(_ format: FrameFormat) -> Bool { area(for: format).size == output.size }

    /// The picture in the encoder's layout, with the source's time; the very same one where nothing has to change.
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
        try check(av_frame_copy_props(scaled.pointer, frame.pointer), "copying a picture's properties", .scale)
        if area.size != output.size { try scaled.blacken(isFullRange: output.color.isFullRange == true) }
        let target = try scaled.part(area)
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
        // Where the container says otherwise than the codec, it does so for all pictures that are like the first.
        let own = format.sampleAspectRatio
        let sample = own == output.codedSampleAspectRatio || !own.isKnown ? output.sourceSampleAspectRatio : own
        let displayed = Double(format.size.width) * sample.aspectRatio / Double(format.size.height)
        // A padded size is no other shape, nor is one that was fitted with a rounded side.
        if abs(displayed / output.displayAspectRatio - 1) < 0.001 {
            return Letterbox(output.size, displayAspectRatio: 0, sampleAspectRatio: 1)
        }
        return Letterbox(
            output.size, displayAspectRatio: displayed, sampleAspectRatio: output.sampleAspectRatio.aspectRatio)
    }
}

/// Where a picture lies within the output's: all of it, or the middle, with black beside it, where its shape is another.
struct Letterbox: Hashable {
    var x = 0
    var y = 0
    var size: Resolution

    /// Shapes that differ by less are one: rounding to whole samples bends a picture that far.
    private static let tolerance = 0.02

    /// - Parameters:
    ///   - size: the output's, without padding.
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
    /// A part of a 4:2:0 picture, as a picture of its own over the same samples.
    func part(_ area: Letterbox) throws -> Frame {
        let part = try Frame()
        try check(av_frame_ref(part.pointer, pointer), "a part of a picture", .scale)
        let bytes = bitDepth(of: AVPixelFormat(pointer.pointee.format)) > 8 ? 2 : 1
        let fields = part.pointer
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
        return part
    }

    /// Makes the whole picture black.
    func blacken(isFullRange: Bool) throws {
        let frame = pointer.pointee
        let strides = [frame.linesize.0, frame.linesize.1, frame.linesize.2, 0].map { ptrdiff_t($0) }
        var planes = [frame.data.0, frame.data.1, frame.data.2, nil]
        try check(
            av_image_fill_black(
                &planes, strides, AVPixelFormat(frame.format), isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG,
                frame.width, frame.height), "a black picture", .scale)
    }
}
