/// A strict parser for the XML in AWS's answers: elements, text, the five entities, character references, CDATA,
/// comments and a declaration. No document type and so no entity of its own (nothing to blow up). Leading white space
/// is allowed: S3 sends it while CompleteMultipartUpload works.
struct XMLParser {
    private let bytes: [UInt8]
    private var index = 0
    private static let deepest = 64

    static func parse(_ bytes: [UInt8]) throws(XMLError) -> XMLElement {
        var parser = XMLParser(bytes: bytes)
        try parser.skipMiscellany()
        let root = try parser.element(depth: 0)
        try parser.skipMiscellany()
        guard parser.index == bytes.count else { throw parser.error("something after the root element") }
        return root
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func element(depth: Int) throws(XMLError) -> XMLElement {
        guard depth < Self.deepest else { throw error("elements nested too deep") }
        try expect("<")
        var element = XMLElement(name: try name())
        if try skipAttributes() { return element }
        var text: [UInt8] = []
        while true {
            guard index < bytes.count else { throw error("the element \(element.name) has no end") }
            if take("</") {
                guard try name() == element.name else { throw error("the end of another element") }
                skipBlanks()
                try expect(">")
                guard let text = String(validating: text, as: UTF8.self) else { throw error("the text isn't UTF-8") }
                element.text = text
                return element
            } else if take("<!--") {
                try skip(through: "-->")
            } else if take("<![CDATA[") {
                let start = index
                try skip(through: "]]>")
                text += bytes[start..<(index - 3)]
            } else if bytes[index] == UInt8(ascii: "<") {
                element.children.append(try self.element(depth: depth + 1))
            } else if bytes[index] == UInt8(ascii: "&") {
                text += try reference()
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
    }

    /// Returns whether the tag closed itself.
    private mutating func skipAttributes() throws(XMLError) -> Bool {
        while true {
            skipBlanks()
            if take("/>") { return true }
            if take(">") { return false }
            _ = try name()
            skipBlanks()
            try expect("=")
            skipBlanks()
            let quote = take("\"") ? "\"" : "'"
            if quote == "'" { try expect("'") }
            try skip(through: quote)
        }
    }

    private mutating func reference() throws(XMLError) -> [UInt8] {
        let start = index + 1
        try skip(through: ";")
        let name = String(decoding: bytes[start..<(index - 1)], as: UTF8.self)
        switch name {
        case "amp": return Array("&".utf8)
        case "lt": return Array("<".utf8)
        case "gt": return Array(">".utf8)
        case "quot": return Array("\"".utf8)
        case "apos": return Array("'".utf8)
        default:
            let isDecimal = !name.dropFirst().isEmpty && name.dropFirst().utf8.allSatisfy { 48...57 ~= $0 }
            let number =
                name.hasPrefix("#x") ? Hex.number(name.utf8.dropFirst(2)) : isDecimal ? UInt32(name.dropFirst()) : nil
            guard name.hasPrefix("#"), let scalar = number.flatMap(Unicode.Scalar.init) else {
                throw error("an unknown entity")
            }
            return Array(String(Character(scalar)).utf8)
        }
    }

    private mutating func name() throws(XMLError) -> String {
        let start = index
        while index < bytes.count, !" \t\r\n<>/=\"'&!?".utf8.contains(bytes[index]) { index += 1 }
        guard index > start else { throw error("a name is missing") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func skipMiscellany() throws(XMLError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]), index == 0 { index = 3 }
        while true {
            skipBlanks()
            if take("<?") {
                try skip(through: "?>")
            } else if take("<!--") {
                try skip(through: "-->")
            } else {
                return
            }
        }
    }

    private mutating func skipBlanks() {
        while index < bytes.count, [32, 9, 10, 13].contains(bytes[index]) { index += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func expect(_ text: String) throws(XMLError) {
        guard take(text) else { throw error("\(text) is missing") }
    }

    private mutating func skip(through text: String) throws(XMLError) {
        while index < bytes.count {
            if take(text) { return }
            index += 1
        }
        throw error("\(text) is missing")
    }

    private func error(_ reason: String) -> XMLError { XMLError(reason: reason, offset: index) }
}

/// Where a document stops being well-formed XML of the kind that AWS sends.
struct XMLError: Error {
    var reason: String
    /// In bytes.
    var offset: Int
}
