/// The clock of an MP4's video track, as libavformat's mov muxer picks it for a stream's time base.
enum MovieTimescale {
    /// Ticks a second.
    ///
    /// Source: FFmpeg, "Formats Documentation", mov muxer, video_track_timescale.
    static func ofVideo(_ timeBase: Rational) -> Int {
        var ticks = max(1, Int(timeBase.denominator))
        while ticks < 10_000 { ticks *= 2 }
        return ticks
    }
}
