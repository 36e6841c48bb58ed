import CFFmpeg
import Containers

/// Offsets a source's timestamps so that the kept streams start at zero.
///
/// A broadcast's clock, which wraps around after 26 hours, may have any value when a recording starts, and a live
/// stream's fragments count from its start: the output would begin with hours of nothing. MP4 hides everything before
/// zero. All streams of a program get the same offset, so they stay synchronized.
struct StartOffset: Sendable {
    private let ticks: Int64
    /// By stream index, for streams of programs with a clock of their own.
    private let ticksOfOthers: [Int: Int64]

    /// Microseconds.
    private static let timeBase = Rational(1, Int32(reelpress_time_base))
    /// Intended initial gaps in containers whose timestamps start at zero are shorter.
    private static let gap: Int64 = 1_000_000
    /// Programs whose start times are further apart have clocks of their own.
    private static let sameClock: Int64 = 10_000_000

    /// - Parameter kept: the indices of the streams that are in the output.
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
            (ticks, ticksOfOthers) = (0, [:])
            return
        }
        // A whole number of ticks, so that distances between frames stay the same.
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
        ticksOfOthers = others
    }

    func apply(to packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>) {
        let ticks = ticksOfOthers[Int(stream.pointee.index)] ?? ticks
        guard ticks != 0 else { return }
        packet.pointer.shiftTimestamps(by: rescale(ticks, from: Self.timeBase, to: Rational(stream.pointee.time_base)))
    }

    /// The offset in another time base.
    func ticks(in other: Rational) -> Int64 { rescale(ticks, from: Self.timeBase, to: other) }
}
