import Containers

/// Brings decoded frames into the form that the encoder takes, one for one: deinterlaced, cropped, rotated, scaled.
struct FilterChain: ~Copyable, Sendable {
    private var deinterlacer: Deinterlacer?
    private let crop: CropInsets
    /// The resolution that `crop` is for: frames of another resolution are not cropped.
    private let storedSize: Resolution
    private var rotator: Rotator?
    private var scaler: Scaler
    /// The first frame's resolution, as it reaches the scaler.
    private let size: Resolution
    /// Frames of another resolution than the first.
    private(set) var resizedCount = 0

    init(for video: VideoPlan, threads: Int) throws {
        deinterlacer = video.deinterlaces ? Deinterlacer(timeBase: video.timeBase, threads: threads) : nil
        (crop, storedSize) = (video.crop, video.storedSize)
        rotator = video.orientation.map { Rotator($0, timeBase: video.timeBase, threads: threads) }
        size = video.sourceSize
        scaler = try Scaler(to: video, threads: threads)
    }

    /// Frames that were deinterlaced.
    var deinterlacedCount: Int {
        switch deinterlacer {
        case .some(let deinterlacer): deinterlacer.count
        case nil: 0
        }
    }

    /// Takes a frame and hands over those that are ready, in order.
    mutating func filter(_ frame: consuming Frame, emit: (consuming FilteredFrame) throws -> Void) throws {
        var deinterlacer = deinterlacer.take()
        defer { self.deinterlacer = deinterlacer.take() }
        if deinterlacer == nil { return try crop(frame, emit) }
        try deinterlacer?.filter(frame) { try crop($0, emit) }
    }

    /// Hands over the frames that are still inside.
    mutating func finish(emit: (consuming FilteredFrame) throws -> Void) throws {
        var deinterlacer = deinterlacer.take()
        defer { self.deinterlacer = deinterlacer.take() }
        try deinterlacer?.finish { try crop($0, emit) }
    }

    private mutating func crop(
        _ frame: consuming Frame, _ emit: (consuming FilteredFrame) throws -> Void
    ) throws {
        if !crop.isZero, frame.format.size == storedSize { try frame.crop(crop) }
        try rotate(frame, emit)
    }

    private mutating func rotate(
        _ frame: consuming Frame, _ emit: (consuming FilteredFrame) throws -> Void
    ) throws {
        var rotator = rotator.take()
        defer { self.rotator = rotator.take() }
        if rotator == nil { return try scale(frame, emit) }
        try rotator?.rotate(frame) { try scale($0, emit) }
    }

    private mutating func scale(
        _ frame: consuming Frame, _ emit: (consuming FilteredFrame) throws -> Void
    ) throws {
        // A letterboxed frame can't be compared with the source's by its luma grid.
        let format = frame.format
        let signature = scaler.fills(format) ? LumaSignature(of: frame, size: format.size) : nil
        if format.size != size { resizedCount += 1 }
        try emit(FilteredFrame(frame: scaler.scale(frame), signature: signature))
    }
}

/// A frame as the encoder takes it, with what the source showed before scaling.
struct FilteredFrame: ~Copyable, Sendable {
    var frame: Frame
    /// nil where the frame can't be compared with the source's by its luma.
    var signature: LumaSignature?
}
