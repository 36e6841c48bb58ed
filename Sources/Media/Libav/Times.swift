import CFFmpeg
import Containers

extension Rational {
    init(_ value: AVRational) {
        self.init(value.num, value.den)
    }

    var libav: AVRational { AVRational(num: numerator, den: denominator) }

    /// The duration of a frame at this frame rate, in ticks, at least 1.
    func period(in timeBase: Rational) -> Int64 {
        max(1, rescale(1, from: Rational(denominator, numerator), to: timeBase))
    }

    /// The nearest ratio of integers of at most `limit`. Source: FFmpeg, "libavutil/rational.h", av_reduce.
    func reduced(to limit: Int64) -> Rational {
        var result = AVRational()
        av_reduce(&result.num, &result.den, Int64(numerator), Int64(denominator), limit)
        return Rational(result)
    }

    /// The sample aspect ratio as a number; 1 if it is unknown.
    var aspectRatio: Double { isKnown ? value : 1 }
}

/// Converts a time from one time base to another, to the nearest tick.
///
/// Source: FFmpeg, "libavutil/mathematics.h", av_rescale_q_rnd.
func rescale(_ time: Int64, from: Rational, to: Rational) -> Int64 {
    bounded(av_rescale_q(time, from.libav, to.libav))
}

/// Seconds of a time in a time base.
func seconds(_ time: Int64, in timeBase: Rational) -> Double {
    Double(time) * timeBase.value
}

/// `time`, or nil if it is AV_NOPTS_VALUE or implausibly large: a damaged file's timestamps can be anything, and sums of
/// them must not overflow.
func known(_ time: Int64) -> Int64? {
    time == reelpress_no_pts || bounded(time) != time ? nil : time
}

/// `time` clamped to the plausible range; 2⁶⁰ ns are 36 years.
func bounded(_ time: Int64) -> Int64 { min(max(time, -1 << 60), 1 << 60) }

/// A ratio in units of 1/`denominator`, rounded to the nearest; 0 if its denominator is 0.
func units(_ ratio: AVRational, _ denominator: Int64) -> Int64 {
    ratio.den == 0 ? 0 : av_rescale(Int64(ratio.num), denominator, Int64(ratio.den))
}
