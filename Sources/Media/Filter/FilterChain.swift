import Containers

/// Brings decoded frames into the form that the encoder takes, one for one: deinterlaced, cropped, rotated, scaled.
///
/// Each part holds the parts after it as one stored property. A frame then passes from a part's closure to the next
/// part without access to the whole chain, which the exclusivity rules forbid while one of its parts is in use.
struct FilterChain: ~Copyable, Sendable {
    private var deinterlacer: Optional<Deinterlacer>
    private var shaping: FrameShaping

    init(for video: VideoPlan, threads: Int) throws {
        shaping = try FrameShaping(for: video, threads: threads)
        deinterlacer = video.deinterlaces ? Deinterlacer(timeBase: video.timeBase, threads: threads) : nil
    }

    /// Takes a frame and hands over those that are ready, in order.
    mutating func filter(_ frame: consuming Frame, emit: (consuming FilteredFrame) throws -> Void) throws {
        if deinterlacer == nil { return try shaping.crop(frame, emit) }
        try deinterlacer?.filter(frame) { try shaping.crop($0, emit) }
    }

    /// Hands over the frames that are still inside.
    mutating func finish(emit: (consuming FilteredFrame) throws -> Void) throws {
        try deinterlacer?.finish { try shaping.crop($0, emit) }
    }
}

/// Crops and rotates progressive or kept interlaced frames, and passes them on to the scaler.
private struct FrameShaping: ~Copyable, Sendable {
    private let crop: CropInsets
    /// The resolution that `crop` is for: frames of another resolution are not cropped.
    private let storedSize: Resolution
    private var rotator: Optional<Rotator>
    private var scaling: FrameScaling

    init(for video: VideoPlan, threads: Int) throws {
        scaling = try FrameScaling(for: video, threads: threads)
        (crop, storedSize) = (video.crop, video.storedSize)
        rotator = video.orientation.map { Rotator($0, timeBase: video.timeBase, threads: threads) }
    }

    mutating func crop(_ frame: consuming Frame, _ emit: (consuming FilteredFrame) throws -> Void) throws {
        if !crop.isZero, frame.format.size == storedSize { try frame.crop(crop) }
        if rotator == nil { return try scaling.scale(frame, emit) }
        try rotator?.rotate(frame) { try scaling.scale($0, emit) }
    }
}

/// Scales frames, and notes what the source shows.
private struct FrameScaling: ~Copyable, Sendable {
    private var scaler: Scaler
    /// The first frame's resolution, as it reaches the scaler.
    private let size: Resolution

    init(for video: VideoPlan, threads: Int) throws {
        size = video.sourceSize
        scaler = try Scaler(to: video, threads: threads)
    }

    mutating func scale(_ frame: consuming Frame, _ emit: (consuming FilteredFrame) throws -> Void) throws {
        // A letterboxed frame can't be compared with the source's by its luma grid.
        let format = frame.format
        let signature = scaler.fills(format) ? LumaSignature(of: frame, size: format.size) : nil
        let isResized = format.size != size
        try emit(FilteredFrame(frame: scaler.scale(frame), signature: signature, isResized: isResized))
    }
}

/// A frame as the encoder takes it, with the luma of the source's frame before scaling.
struct FilteredFrame: ~Copyable, Sendable {
    var frame: Frame
    /// nil where the frame can't be compared with the source's by its luma.
    var signature: LumaSignature?
    /// Whether the source's frame has another resolution than its first one.
    var isResized = false
    /// Whether the frame is before the first one that is encoded.
    var isBefore = false
}
