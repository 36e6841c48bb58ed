internal import CFFmpeg

/// Moves a source whose picture begins before zero, as one of a clock that wraps around, so that it begins at zero.
///
/// MP4 hides what lies before zero. All streams move by the same time, so that they stay in step.
struct StartShift: Sendable {
    private let ticks: Int64
    private let timeBase: Rational

    init(for video: UnsafeMutablePointer<AVStream>, in source: UnsafeMutablePointer<AVFormatContext>) {
        let startsEarly = known(video.pointee.start_time).map { $0 < 0 } ?? false
        // Microseconds; the sound may begin even before the picture.
        ticks = startsEarly ? max(0, -(known(source.pointee.start_time) ?? 0)) : 0
        timeBase = Rational(1, Int32(reelpress_time_base))
    }

    func apply(to packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>) {
        guard ticks > 0 else { return }
        let shift = rescale(ticks, from: timeBase, to: Rational(stream.pointee.time_base))
        let pointer = packet.pointer
        if let time = known(pointer.pointee.pts) { pointer.pointee.pts = time + shift }
        if let time = known(pointer.pointee.dts) { pointer.pointee.dts = time + shift }
    }

    /// Ticks to add to a time in another time base.
    func ticks(in other: Rational) -> Int64 { rescale(ticks, from: timeBase, to: other) }
}
