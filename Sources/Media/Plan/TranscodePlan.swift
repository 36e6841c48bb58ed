import CFFmpeg
public import Containers
public import Findings

/// How a source is transcoded. It is made once, before a byte is written, and is all that encoding and assembly need to
/// know about the source.
public struct TranscodePlan: Sendable, Codable {
    /// What the source holds.
    public var source: MediaInfo
    /// Which streams go where.
    public var output: OutputPlan
    /// The format of the source's first frame, with the sample aspect ratio that players use.
    public var frame: FrameFormat
    /// Findings about what the output lacks or has changed, for the report.
    public var notes: [Note]
    /// How the video is encoded.
    public var encoder: EncoderSettings
    /// How the encoder's CRF was found; nil if it was given.
    public var choice: CRFChoice?
    /// The parts of the video that are encoded separately.
    public var chunks: [Chunk]
    /// How the source's packets are divided among chunks; of no meaning with one chunk.
    var division = PacketDivision.order
    /// FFmpeg's version: the plan's enumeration values (pixel formats, codecs) are those of this version.
    public var ffmpegVersion: String

    /// The encoded video.
    var video: VideoPlan
    /// The tracks of the output, the encoded video's among them, in the source's order.
    var tracks: [TrackDescription]
    var description: ContainerDescription
    /// The output's writing application.
    var writer: String

    /// - Parameters:
    ///   - source: the opened source.
    ///   - output: which streams go where.
    ///   - first: the source's first frame.
    ///   - offset: by how much the output's timeline differs from the source's.
    ///   - frameRate: the stream's, as libavformat guesses it.
    /// - Throws: `ReportedError` of code `unsupported` for frames whose content HEVC can't represent.
    init(
        _ source: borrowing Demuxer, _ output: OutputPlan, _ first: FirstFrame, _ offset: StartOffset,
        frameRate: Rational, _ settings: TranscodeSettings
    ) throws {
        let stream = source.stream(output.mainVideo)
        // The container overrides the codec.
        let guess = Rational(av_guess_sample_aspect_ratio(source.context, stream, nil))
        let aspectRatio = first.isFieldCoded ? FieldWeaver.sampleAspectRatio(guess) : guess
        var video = try VideoPlan(
            for: first, of: stream, settings, container: output.container,
            containerAspectRatio: aspectRatio.isKnown ? aspectRatio : nil,
            cleanAperture: source.cleanAperture(of: output.mainVideo), frameRate: frameRate)
        // The setting overrides the source.
        video.hdr.drop(
            masteringDisplay: settings.encoder.name(oneOf: "master-display"),
            contentLight: settings.encoder.name(oneOf: "max-cll"))
        self.source = source.info
        self.output = output
        frame = first.format
        frame.sampleAspectRatio = aspectRatio
        encoder = settings.encoder
        writer = settings.writer
        ffmpegVersion = Libraries.ffmpegVersion
        chunks = [.whole]
        tracks = (0..<source.streamCount).filter { output.kept.contains($0) }.map {
            TrackDescription(source.stream($0))
        }
        description = ContainerDescription(source.context, offset)
        notes = []
        self.video = video
        notes = try notes(on: source, stream)
        // Less than a frame is a rounded timestamp.
        if first.lostTicks * 2 > video.frameRate.period(in: video.timeBase) {
            let milliseconds = rescale(first.lostTicks, from: video.timeBase, to: Rational(1, 1000))
            notes.append(.videoStartLost(seconds: Double(milliseconds) / 1000))
        }
    }

    private func notes(
        on source: borrowing Demuxer, _ stream: UnsafeMutablePointer<AVStream>
    ) throws -> [Note] {
        var notes = output.dropped.map { stream in
            Note.streamDropped(
                stream: stream.index, streamKind: stream.kind.rawValue, codec: stream.codec, reason: stream.reason)
        }
        if outputSize != encodedSize { notes.append(.padded(from: outputSize.noted, to: encodedSize.noted)) }
        let canSignalStereo = StereoLayout(of: stream)?.canSignal(in: output.container) ?? true
        let losesProfile = stream.sideData(AV_PKT_DATA_ICC_PROFILE) != nil
        let losesOrientation = output.container == .matroska && Orientation.isOther(stream)
        notes += [
            video.dolbyVision?.note, video.cropNote, video.orientation?.note,
            losesOrientation ? .orientationLost : nil, canSignalStereo ? nil : .stereoLayoutLost,
            losesProfile ? .colorProfileLost : nil, try source.chapterNote(),
        ].compactMap { $0 }
        notes += output.copied.compactMap { PackedPCM.note(on: source.stream($0)) }
        // The pictures of chapters are an ordinary track in the output.
        notes += output.copied.filter {
            source.stream($0).pointee.disposition & AV_DISPOSITION_TIMED_THUMBNAILS != 0
        }.map { Note.dispositionsLost(stream: $0, dispositions: ["timed-thumbnails"]) }
        return notes + (try source.languageNotes(on: output.kept)) + (try source.speedNotes(on: output.kept))
    }

    /// Takes the CRF of a search.
    public mutating func use(_ choice: CRFChoice) {
        self.choice = choice
        encoder.crf = choice.crf
        notes += choiceNotes
    }

    /// What the search could not do.
    public var choiceNotes: [Note] {
        guard let choice else { return [] }
        guard let expected = choice.expected else { return [.crfNotSearched] }
        guard !choice.isReached else { return [] }
        return [.qualityTargetMissed(target: choice.target, expected: (expected * 100).rounded() / 100)]
    }

    /// The resolution of the output, without padding.
    public var outputSize: Resolution { video.size }
    /// The resolution that is encoded; larger than `outputSize` by a column or row where that is odd.
    public var encodedSize: Resolution { video.paddedSize }
    /// Bits per sample of the output.
    public var outputBitDepth: Int { video.bitDepth }
    /// libavutil's name of the output's pixel format.
    public var outputPixelFormat: String { pixelFormatName(video.pixelFormat) }
}

extension Resolution {
    var noted: Note.Size { Note.Size(width: width, height: height) }
}
