/// A ratio of two integers: a time base in seconds, a frame rate in frames per second, a sample aspect ratio.
public struct Rational: Sendable, Hashable, Codable {
    public var numerator: Int32
    public var denominator: Int32

    public init(_ numerator: Int32, _ denominator: Int32) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Whether both parts are positive.
    public var isKnown: Bool { numerator > 0 && denominator > 0 }

    /// The quotient; 0 if it is unknown.
    public var value: Double { isKnown ? Double(numerator) / Double(denominator) : 0 }
}

extension Rational: CustomStringConvertible {
    public var description: String { "\(numerator)/\(denominator)" }
}
