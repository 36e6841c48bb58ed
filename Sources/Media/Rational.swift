internal import CFFmpeg

/// A ratio of two integers: a time base in seconds, a frame rate in frames a second, a sample aspect ratio.
public struct Rational: Sendable, Hashable {
    public var numerator: Int32
    public var denominator: Int32

    public init(_ numerator: Int32, _ denominator: Int32) {
        self.numerator = numerator
        self.denominator = denominator
    }

    init(_ value: AVRational) {
        self.init(value.num, value.den)
    }

    var libav: AVRational { AVRational(num: numerator, den: denominator) }

    /// Neither zero nor without meaning.
    public var isKnown: Bool { numerator > 0 && denominator > 0 }

    /// The quotient; 0 if it is not known.
    public var value: Double { isKnown ? Double(numerator) / Double(denominator) : 0 }
}

extension Rational: CustomStringConvertible {
    public var description: String { "\(numerator)/\(denominator)" }
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

extension Rational {
    /// Ticks that a picture is shown at this frame rate, at least one.
    func period(in timeBase: Rational) -> Int64 {
        max(1, rescale(1, from: Rational(denominator, numerator), to: timeBase))
    }

    /// The nearest ratio of integers up to `limit`. Source: FFmpeg, "libavutil/rational.h", av_reduce.
    func reduced(to limit: Int64) -> Rational {
        var result = AVRational()
        av_reduce(&result.num, &result.den, Int64(numerator), Int64(denominator), limit)
        return Rational(result)
    }
}
