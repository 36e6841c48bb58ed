/// The second stage: brings decoded pictures into the form that the encoder takes, one of one.
struct Preparation: ~Copyable, Sendable {
    private var deinterlacer: Deinterlacer?
    private var scaler: Scaler

    init(for input: EncoderInput, _ settings: TranscodeSettings) throws {
        deinterlacer =
            input.deinterlaces ? Deinterlacer(timeBase: input.timeBase, threads: settings.threads) : nil
        scaler = try Scaler(to: input, threads: settings.threads)
    }

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
        _ frame: consuming Frame, samples: PictureSamples, emit: (consuming Frame) throws -> Void
    ) throws {
        var whole = deinterlacer.take()
        defer { deinterlacer = whole.take() }
        if whole == nil { return try scale(frame, samples, emit) }
        try whole?.filter(frame) { try scale($0, samples, emit) }
    }

    /// Hands over the pictures that are still inside.
    mutating func finish(samples: PictureSamples, emit: (consuming Frame) throws -> Void) throws {
        var whole = deinterlacer.take()
        defer { deinterlacer = whole.take() }
        try whole?.finish { try scale($0, samples, emit) }
    }

    private mutating func scale(
        _ frame: consuming Frame, _ samples: PictureSamples, _ emit: (consuming Frame) throws -> Void
    ) throws {
        if let signature = PictureSignature(of: frame, size: frame.format.size) {
            samples.note(signature, at: frame.presentationTime)
        }
        try emit(scaler.scale(frame))
    }
}
