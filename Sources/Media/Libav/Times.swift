import CFFmpeg
import Containers

extension Rational {
    init(_ value: AVRational) {
        self.init(value.num, value.den)
    }

    var libav: AVRational { AVRational(num: numerator, den: denominator) }

    /// Ticks that a frame is shown at this frame rate, at least one.
    func period(in timeBase: Rational) -> Int64 {
        max(1, rescale(1, from: Rational(denominator, numerator), to: timeBase))
    }

    /// The nearest ratio of integers up to `limit`. Source: FFmpeg, "libavutil/rational.h", av_reduce.
    func reduced(to limit: Int64) -> Rational {
        var result = AVRational()
        av_reduce(&result.num, &result.den, Int64(numerator), Int64(denominator), limit)
        return Rational(result)
    }

    /// Width over height of a sample; 1 where it is unknown.
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

/// `time`, unless it is libav's mark for an unknown one, or so far away that it can't be meant: a damaged file's times
/// can be anything, and some of these must add up without an overflow.
func known(_ time: Int64) -> Int64? {
    time == reelpress_no_pts || bounded(time) != time ? nil : time
}

/// The nearest time that may be meant; 2⁶⁰ nanoseconds are 36 years.
func bounded(_ time: Int64) -> Int64 { min(max(time, -1 << 60), 1 << 60) }
