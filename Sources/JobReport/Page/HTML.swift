/// Markup. Only literals of the source code become markup as they are; every text that is inserted is escaped, so that a
/// name from a stranger's file can't be anything but text.
///
/// `StaticString` as the type of literals is what makes that certain: no value of the running program converts to it.
public struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
    public private(set) var text: String

    public init(stringLiteral value: StaticString) { text = value.description }

    public init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    /// Pieces one after the other.
    init(_ pieces: [HTML]) { text = pieces.map(\.text).joined() }

    /// A text that is escaped.
    init(escaping text: String) { self.text = Self.escape(text) }

    /// Data for the page's script.
    init(_ data: ScriptData) { text = data.json }

    static func += (left: inout HTML, right: HTML) { left.text += right.text }

    var isEmpty: Bool { text.isEmpty }

    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        public mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

        public mutating func appendInterpolation(_ value: String) { text += HTML.escape(value) }

        mutating func appendInterpolation(_ value: Int) { text += String(value) }

        mutating func appendInterpolation(_ value: HTML) { text += value.text }

        mutating func appendInterpolation(_ value: HTML?) { text += value?.text ?? "" }

        mutating func appendInterpolation(_ values: [HTML]) { for value in values { text += value.text } }
    }

    /// Safe as text and within a quoted attribute.
    ///
    /// Source: HTML Standard, "Serializing HTML fragments".
    private static func escape(_ text: String) -> String {
        // Most of what is inserted: numbers, and images in base64.
        if text.utf8.allSatisfy(isPlain) { return text }
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in visible(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Characters that are invisible and change how others are shown (the controls of writing direction, control
    /// characters) are named.
    ///
    /// Source: Unicode Standard Annex #9, "Directional Formatting Characters".
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t", "\r": visible += " "
            case _ where isHidden(scalar): visible += "⟨U+\(code(scalar))⟩"
            default: visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        default: (0x20..<0x7F).contains(byte)
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.isNoncharacterCodePoint
        }
    }

    private static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension HTML {
    /// A relative link to a path of names, each percent-encoded, so that none can be a scheme or a query.
    static func link(toPath path: String) -> HTML {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                encoded.append(byte)
            default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return HTML(escaping: String(decoding: encoded, as: UTF8.self))
    }
}
