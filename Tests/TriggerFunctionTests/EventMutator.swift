import AWSCore
import TestSupport

/// Makes events that are right, nearly right and wrong, the same ones for the same seed.
struct EventMutator {
    private var random: SeededGenerator
    private let samples: [JSONValue]

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        samples = try SampleEvent.names.map(SampleEvent.json)
    }

    mutating func next() -> [UInt8] {
        var event = samples.randomElement(using: &random)!
        for _ in 0..<Int.random(in: 0...3, using: &random) { event = changed(event, depth: 0) }
        var bytes: [UInt8] = []
        write(event, &bytes)
        if Bool.random(using: &random) { return bytes }
        for _ in 0..<Int.random(in: 0...3, using: &random) { damage(&bytes) }
        return bytes
    }

    // MARK: The tree

    private mutating func changed(_ value: JSONValue, depth: Int) -> JSONValue {
        if depth > 0, Int.random(in: 0..<6, using: &random) == 0 { return anything() }
        switch value {
        case .object(var members) where !members.isEmpty:
            let index = members.indices.randomElement(using: &random)!
            switch Int.random(in: 0..<12, using: &random) {
            case 0: members.remove(at: index)
            case 1: members.append(members[index])
            case 2: members.append(.init(name: members[index].name, value: anything()))
            case 3: members[index].name = text()
            case 4: members.swapAt(index, members.indices.randomElement(using: &random)!)
            default: members[index].value = changed(members[index].value, depth: depth + 1)
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty:
            let index = elements.indices.randomElement(using: &random)!
            switch Int.random(in: 0..<8, using: &random) {
            case 0: elements.remove(at: index)
            case 1: elements.append(elements[index])
            default: elements[index] = changed(elements[index], depth: depth + 1)
            }
            return .array(elements)
        default: return anything()
        }
    }

    private mutating func anything() -> JSONValue {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .number(["0", "-0", "1.5", "1e400", "18446744073709551616", "-1", "7"].randomElement(using: &random)!)
        case 3: [.null, "x"]
        case 4: ["key": "input/a.mp4", "name": "bucket"]
        case 5: nested()
        default: .string(text())
        }
    }

    private mutating func nested() -> JSONValue {
        (0..<Int.random(in: 0...140, using: &random)).reduce(JSONValue.array([])) { value, _ in [value] }
    }

    private mutating func text() -> String {
        let pieces = [
            "input/", "preserve/", "a", "%", "%2", "%2B", "+", "%C3%BC", "%C3", "%00", "\u{0}", "ü", "é", "e\u{301}",
            "🎬",
            "\"", "\\", "\n", "/", ".mp4", ".srt", "ObjectCreated:", "Put", "aws:s3", "s3:TestEvent", "Records", "key",
            "\u{2028}", " ", "arn:aws:s3:::", ":", "1.0", "2.0", "tasks", "s3Bucket",
        ]
        return (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
    }

    // MARK: The text

    private mutating func write(_ value: JSONValue, _ bytes: inout [UInt8]) {
        blank(&bytes)
        switch value {
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                blank(&bytes)
                quote(member.name, &bytes)
                blank(&bytes)
                bytes.append(UInt8(ascii: ":"))
                write(member.value, &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(element, &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .string(let text): quote(text, &bytes)
        default: bytes += value.text.utf8
        }
        blank(&bytes)
    }

    private mutating func blank(_ bytes: inout [UInt8]) {
        if Int.random(in: 0..<16, using: &random) == 0 { bytes.append([32, 9, 10, 13].randomElement(using: &random)!) }
    }

    private mutating func quote(_ text: String, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            let must = scalar.value < 32 || scalar == "\"" || scalar == "\\"
            if must || Int.random(in: 0..<32, using: &random) == 0 {
                for unit in Character(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
                }
            } else {
                bytes += String(scalar).utf8
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
        case 3: bytes.insert(Array("{}[]\",:\\0-+.eEtfn\u{0}".utf8).randomElement(using: &random)!, at: index)
        case 4: bytes.removeSubrange(index...)
        default:
            let other = Int.random(in: 0..<bytes.count, using: &random)
            bytes += bytes[other..<min(bytes.count, other + 40)]
        }
    }
}
