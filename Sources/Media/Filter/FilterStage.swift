import Containers

/// The second stage: brings decoded pictures into the form that the encoder takes, one of one.
struct FilterStage: ~Copyable, Sendable {
    private var deinterlacer: Deinterlacer?
    private let crop: CropInsets
    /// The pictures that are cropped: those of another size have no margins that anybody knows.
    private let storedSize: Resolution
    private var turner: Rotator?
    private var scaler: Scaler
    /// The first picture's, as it reaches the scaler.
    private let size: Resolution

    init(for input: VideoPlan, _ settings: TranscodeSettings) throws {
        deinterlacer =
            input.deinterlaces ? Deinterlacer(timeBase: input.timeBase, threads: settings.threads) : nil
        (crop, storedSize) = (input.crop, input.storedSize)
        turner = input.orientation.map { Rotator($0, timeBase: input.timeBase, threads: settings.threads) }
        size = input.sourceSize
        scaler = try Scaler(to: input, threads: settings.threads)
    }

    /// Pictures of another size than the first.
    private(set) var resizedCount = 0

    /// Interlaced pictures that were made whole.
    var deinterlacedCount: Int {
        switch deinterlacer {
        case .some(let deinterlacer): deinterlacer.count
        case nil: 0
        }
    }

    /// Takes a picture, and hands over those that became ready, in order.
    ///
    /// - Parameter samples: told what each picture shows before it is scaled.
    mutating func prepare(
        _ frame: consuming Frame, samples: VerificationSamples, emit: (consuming Frame) throws -> Void
    ) throws {
        var whole = deinterlacer.take()
        defer { deinterlacer = whole.take() }
        if whole == nil { return try cut(frame, samples, emit) }
        try whole?.filter(frame) { try cut($0, samples, emit) }
    }

    /// Hands over the pictures that are still inside.
    mutating func finish(samples: VerificationSamples, emit: (consuming Frame) throws -> Void) throws {
        var whole = deinterlacer.take()
        defer { deinterlacer = whole.take() }
        try whole?.finish { try cut($0, samples, emit) }
    }

    private mutating func cut(
        _ frame: consuming Frame, _ samples: VerificationSamples, _ emit: (consuming Frame) throws -> Void
    ) throws {
        if !crop.isZero, frame.format.size == storedSize { try frame.crop(crop) }
        try turn(frame, samples, emit)
    }

    private mutating func turn(
        _ frame: consuming Frame, _ samples: VerificationSamples, _ emit: (consuming Frame) throws -> Void
    ) throws {
        var turner = turner.take()
        defer { self.turner = turner.take() }
        if turner == nil { return try scale(frame, samples, emit) }
        try turner?.turn(frame) { try scale($0, samples, emit) }
    }

    private mutating func scale(
        _ frame: consuming Frame, _ samples: VerificationSamples, _ emit: (consuming Frame) throws -> Void
    ) throws {
        // A picture with black beside it can't be held against the source's by where it is bright.
        let format = frame.format
        if scaler.fills(format), let signature = LumaSignature(of: frame, size: format.size) {
            samples.note(signature, at: frame.presentationTime)
        }
        if format.size != size { resizedCount += 1 }
        try emit(scaler.scale(frame))
    }
}
