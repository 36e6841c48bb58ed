import AWSCore

/// A value in an event and its path, such as `Records[0].s3.object.key`.
struct EventField {
    /// Empty for the whole event.
    let path: String
    let value: JSONValue

    /// - Throws: where the text isn't JSON.
    init(parsing bytes: [UInt8]) throws(EventError) {
        do {
            self.init(path: "", value: try JSONValue(parsing: bytes))
        } catch {
            throw EventError("the event is not JSON: \(error.reason) at byte \(error.offset)")
        }
    }

    private init(path: String, value: JSONValue) {
        self.path = path
        self.value = value
    }

    /// The member, which must be there.
    func member(_ name: String) throws(EventError) -> EventField {
        guard let field = try optional(name) else { throw EventError("\(path(of: name)) is missing") }
        return field
    }

    /// The member; nil where there is none, or where it is null.
    func optional(_ name: String) throws(EventError) -> EventField? {
        guard let members = value.members else { throw wrong("an object") }
        var found: JSONValue?
        for member in members where member.name.utf8.elementsEqual(name.utf8) {
            // Two of a name are ambiguous.
            guard found == nil else { throw EventError("\(path(of: name)) is there twice") }
            found = member.value
        }
        guard let found, found != .null else { return nil }
        return EventField(path: path(of: name), value: found)
    }

    /// The elements of an array with one or more.
    func elements() throws(EventError) -> [EventField] {
        guard let values = value.array else { throw wrong("an array") }
        guard !values.isEmpty else { throw EventError("\(path) is empty") }
        return values.enumerated().map { EventField(path: "\(path)[\($0.offset)]", value: $0.element) }
    }

    /// A string of one or more characters.
    func string() throws(EventError) -> String {
        guard let string = value.string else { throw wrong("a string") }
        guard !string.isEmpty else { throw EventError("\(path) is empty") }
        return string
    }

    /// A number of bytes.
    func size() throws(EventError) -> UInt64 {
        guard case .number(let text) = value, let size = UInt64(text) else { throw wrong("a number of bytes") }
        return size
    }

    private func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private func wrong(_ expected: String) -> EventError {
        let found =
            switch value {
            case .null: "null"
            case .bool: "a Boolean"
            case .number(let text): "the number \(text.prefix(40))"
            case .string(let text): "the string \(text.prefix(40).debugDescription)"
            case .array: "an array"
            case .object: "an object"
            }
        return EventError("\(path.isEmpty ? "the event" : path) is \(found) instead of \(expected)")
    }
}
