import TestSupport
import Testing

@testable import AWSCore

@Suite("JSON") struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test("Every kind of value is read") func values() throws {
        let value = try parse(
            " {\"a\":[1,-0.5e+3,true,false,null],\"s\":\"\\u00e9\\ud83c\\udfac\\n\\/\\\"\\\\\\b\\f\\r\\t\",\"o\":{},\"e\":[]} \n"
        )
        #expect(value["a"]?.array == [1, .number("-0.5e+3"), true, false, .null])
        #expect(value["s"]?.string == "é🎬\n/\"\\\u{8}\u{c}\r\t")
        #expect(value["o"]?.members?.isEmpty == true && value["e"]?.array?.isEmpty == true && value["x"] == nil)
        #expect(value["a"]?.array?[0].int == 1 && value["s"]?.int == nil && JSONValue.null["x"] == nil)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", " ", "{", "}", "[", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{'a':1}",
            "\"",
            "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\n\"", "01",
            "-",
            "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "tru", "nulll", "1 2", "[1]]", "// c\n1",
            "\u{FEFF}1",
        ])
    func invalid(_ text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test("Text that is not UTF-8 is refused") func notUTF8() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test("The depth is limited") func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(128))
        #expect(throws: JSONError.self) { try parse(nested(129)) }
        #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test("Written text is read back", arguments: 1...200) func roundTrip(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 3 ? 4 : 6), using: &random) {
            case 0: return .null
            case 1: return .bool(Bool.random(using: &random))
            case 2: return .number(String(Int.random(in: -1000...1000, using: &random)))
            case 3:
                let pieces = ["\"", "\\", "\n", "\u{0}", "\u{1f}", "\u{7f}", "é", "🎬", "/", "a"]
                return .string((0..<5).map { _ in pieces.randomElement(using: &random)! }.joined())
            case 4: return .array((0..<3).map { _ in value(depth + 1) })
            default: return .object((0..<3).map { .init(name: "n\($0)\"", value: value(depth + 1)) })
            }
        }
        let value = value(0)
        #expect(try parse(value.text) == value)
    }

    @Test("Damaged texts do no harm") func damage() {
        let good = Array("{\"AccessKeyId\":\"A\\u0041\",\"list\":[1,2.5,{\"x\":null}],\"t\":true}".utf8)
        var random = SeededGenerator(seed: 6)
        var (refused, read) = (0, 0)
        for _ in 0..<3000 {
            var bytes = good
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes.insert(contentsOf: bytes[index...].prefix(5), at: index)
            }
            if (try? JSONValue(parsing: bytes)) == nil { refused += 1 } else { read += 1 }
        }
        #expect(refused > 1000 && read > 100)
    }
}
