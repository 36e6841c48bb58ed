/// Header fields in the order in which they were added. Names are compared without regard to case. The values of fields
/// that carry secrets aren't part of the description.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral, CustomStringConvertible, CustomReflectable {
    /// The fields, in order.
    public private(set) var fields: [(name: String, value: String)] = []

    /// No fields.
    public init() {}

    /// The fields of a literal, in its order.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// The first value of the field `name`. Setting a value replaces every field of that name; nil removes them.
    public subscript(name: String) -> String? {
        get { fields.first { Self.isSame($0.name, name) }?.value }
        set {
            fields.removeAll { Self.isSame($0.name, name) }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    /// Adds a field and keeps others of the same name.
    public mutating func add(name: String, value: String) {
        fields.append((name, value))
    }

    /// The fields as lines.
    public var description: String { shown.map { "\($0.name): \($0.value)" }.joined(separator: "\n") }

    /// The fields, for `dump` and debuggers too.
    public var customMirror: Mirror { Mirror(self, children: shown.map { ($0.name, $0.value as Any) }) }

    private var shown: [(name: String, value: String)] {
        let secret = ["Authorization", "Proxy-Authorization", "X-Amz-Security-Token", "X-aws-ec2-metadata-token"]
        return fields.map { field in
            (field.name, secret.contains { Self.isSame($0, field.name) } ? "(secret)" : field.value)
        }
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).allSatisfy { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
}
