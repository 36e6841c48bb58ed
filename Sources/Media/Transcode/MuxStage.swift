import Containers
import Threads

/// The last stage: writes what comes, and tells how far it got.
struct MuxStage: ~Copyable {
    private var muxer: Muxer
    private let mainVideo: Int
    private let timeBase: Rational
    private let duration: Double?
    private let samples: VerificationSamples

    /// The presentation times of the access units written.
    private(set) var ledger = TimestampDigest()
    /// Ticks that the last picture is shown.
    private(set) var lastDuration: Int64 = 0
    private(set) var copiedPackets = 0

    init(
        _ muxer: consuming Muxer, mainVideo: Int, timeBase: Rational, duration: Double?, samples: VerificationSamples
    ) {
        self.muxer = muxer
        self.mainVideo = mainVideo
        self.timeBase = timeBase
        self.duration = duration
        self.samples = samples
    }

    var byteCount: UInt64 { muxer.byteCount }
    /// Packets at the beginning of copied streams that are no whole frames, by the source's stream.
    var fragments: [Int: Int] { muxer.fragments }

    mutating func run(_ pipeline: Pipeline, _ onProgress: (TranscodeProgress) -> Void) throws -> WrittenOutput {
        while let packet = pipeline.packets.pop() {
            try pipeline.cancellation.check()
            try write(packet, onProgress)
        }
        try pipeline.rethrow()
        return try muxer.finish()
    }

    private mutating func write(_ packet: consuming Packet, _ onProgress: (TranscodeProgress) -> Void) throws {
        let (stream, time, length) = (packet.streamIndex, packet.presentationTime ?? 0, packet.duration)
        if stream == mainVideo, let choice = samples.settle(packet) { muxer.keep(packet, for: choice) }
        let isWritten = try muxer.write(packet, of: stream)
        guard stream == mainVideo else {
            if isWritten { copiedPackets += 1 }
            return
        }
        if time > ledger.last { lastDuration = length }
        ledger.add(time)
        onProgress(
            TranscodeProgress(
                frames: ledger.count, seconds: seconds(time - ledger.first, in: timeBase), duration: duration,
                bytes: muxer.byteCount))
    }
}
