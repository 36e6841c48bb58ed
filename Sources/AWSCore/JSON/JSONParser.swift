extension JSONValue {
    /// Parses a text (RFC 8259).
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }
}

/// A strict recursive-descent parser.
struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0
    private static let deepest = 128

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try self.value(depth: 0)
        skipBlanks()
        guard index == bytes.count else { throw error("the end") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < Self.deepest else { throw error("less nesting") }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(_ depth: Int) throws(JSONError) -> JSONValue {
        try expect("{")
        var members: [JSONValue.Member] = []
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            let name = try string()
            try expect(":")
            members.append(.init(name: name, value: try value(depth: depth + 1)))
        } while take(",")
        try expect("}")
        return .object(members)
    }

    private mutating func array(_ depth: Int) throws(JSONError) -> JSONValue {
        try expect("[")
        var values: [JSONValue] = []
        if take("]") { return .array(values) }
        repeat { values.append(try value(depth: depth + 1)) } while take(",")
        try expect("]")
        return .array(values)
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        if peek == UInt8(ascii: "-") { index += 1 }
        if peek == UInt8(ascii: "0") { index += 1 } else { try takeDigits() }
        if peek == UInt8(ascii: ".") {
            index += 1
            try takeDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            try takeDigits()
        }
        return .number(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    /// At least one.
    private mutating func takeDigits() throws(JSONError) {
        let start = index
        while let byte = peek, 48...57 ~= byte { index += 1 }
        guard index > start else { throw error("a value") }
    }

    private mutating func string() throws(JSONError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else { throw error("UTF-8") }
                return result
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<32: throw error("no control character")
            default: text.append(byte)
            }
        }
        throw error("the string's end")
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard let byte = peek else { throw error("an escape") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var code = try digits()
            if 0xD800..<0xDC00 ~= code, bytes[index...].starts(with: "\\u".utf8) {
                index += 2
                let low = try digits()
                guard 0xDC00..<0xE000 ~= low else { throw error("a low surrogate") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("a character") }
            return Array(String(Character(scalar)).utf8)
        default: throw error("an escape")
        }
    }

    private mutating func digits() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count, let code = Hex.number(bytes[index..<(index + 4)]) else {
            throw error("four hexadecimal digits")
        }
        index += 4
        return code
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[index...].starts(with: word.utf8) else { throw error("a value") }
        index += word.utf8.count
        return value
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard peek == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(JSONError) {
        guard take(character) else { throw error(String(character)) }
    }

    private mutating func skipBlanks() {
        while let byte = peek, [32, 9, 10, 13].contains(byte) { index += 1 }
    }

    private func error(_ expected: String) -> JSONError { JSONError(reason: "expected \(expected)", offset: index) }
}

/// Where a text stops being JSON.
public struct JSONError: Error, Sendable {
    /// What was expected.
    public var reason: String
    /// In bytes.
    public var offset: Int
}
