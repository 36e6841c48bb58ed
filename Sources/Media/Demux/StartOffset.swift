import CFFmpeg
import Containers

/// Moves a source so that what is kept of it begins at zero.
///
/// The clock of a broadcast is at any time of its 26 hours when a recording begins, and a live stream's fragments count
/// from when it went on air: an output would begin with hours of nothing. MP4 hides what lies before zero. All streams
/// of a program move by the same time, so that they stay in step.
struct StartOffset: Sendable {
    private let ticks: Int64
    /// By stream, where it is another program's whose clock is another.
    private let ofOthers: [Int: Int64]

    /// Microseconds.
    private static let timeBase = Rational(1, Int32(reelpress_time_base))
    /// What a container whose times begin at zero leaves empty on purpose is less than this.
    private static let gap: Int64 = 1_000_000
    /// Programs whose beginnings are further apart have clocks of their own.
    private static let sameClock: Int64 = 10_000_000

    /// - Parameter kept: the streams that are in the output.
    init(for video: Int, keeping kept: [Int], in source: UnsafeMutablePointer<AVFormatContext>) {
        func streams(ofProgramWith index: Int) -> [Int] {
            guard let program = av_find_program_from_stream(source, nil, Int32(index))?.pointee else { return kept }
            return (0..<Int(program.nb_stream_indexes)).map { Int(program.stream_index[$0]) }.filter(kept.contains)
        }
        func start(_ index: Int) -> Int64? {
            guard let stream = source.pointee.streams[index]?.pointee else { return nil }
            return known(stream.start_time).map {
                rescale($0, from: Rational(stream.time_base), to: Self.timeBase)
            }
        }
        let begin = streams(ofProgramWith: video).compactMap(start).min() ?? 0
        let hasOrigin = source.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT == 0
        guard !hasOrigin || start(video).map({ $0 < 0 }) == true || begin >= Self.gap else {
            (ticks, ofOthers) = (0, [:])
            return
        }
        // A whole number of ticks, so that no picture moves against another.
        let tick = source.pointee.streams[video].map { Rational($0.pointee.time_base) } ?? Self.timeBase
        func whole(_ time: Int64) -> Int64 {
            let ticks = bounded(av_rescale_q_rnd(time, Self.timeBase.libav, tick.libav, AV_ROUND_DOWN))
            return rescale(ticks, from: tick, to: Self.timeBase)
        }
        ticks = -whole(begin)
        var others: [Int: Int64] = [:]
        for index in kept {
            let own = streams(ofProgramWith: index).compactMap(start).min() ?? begin
            if abs(own - begin) > Self.sameClock { others[index] = -whole(own) }
        }
        ofOthers = others
    }

    func apply(to packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>) {
        let ticks = ofOthers[Int(stream.pointee.index)] ?? ticks
        guard ticks != 0 else { return }
        packet.pointer.move(by: rescale(ticks, from: Self.timeBase, to: Rational(stream.pointee.time_base)))
    }

    /// Ticks to add to a time in another time base.
    func ticks(in other: Rational) -> Int64 { rescale(ticks, from: Self.timeBase, to: other) }
}
