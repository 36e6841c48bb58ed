import AWSCore
import TestSupport

@testable import TriggerFunction

/// The events that lie under `events/`, and changes of them.
enum SampleEvent {
    static let names = [
        "s3-put", "s3-several", "s3-odd-keys", "s3-test", "eventbridge-object-created", "s3-batch-operations-1.0",
        "s3-batch-operations-2.0",
    ]

    static func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read("\(Tool.root)/events/\(name).json") }

    static func json(_ name: String) throws -> JSONValue { try JSONValue(parsing: bytes(name)) }

    /// The records of an event.
    static func records(_ bytes: [UInt8]) throws -> [Result<EventRecord, EventError>] {
        switch try UploadEvent(bytes) {
        case .records(let records): records
        case .tasks(let operation): operation.records
        case .test: []
        }
    }

    /// The sample with the value at `path` replaced; nil removes it.
    static func changed(_ name: String, _ path: [String], to value: JSONValue?) throws -> [UInt8] {
        Array(try change(json(name), path[...], to: value).text.utf8)
    }

    private static func change(_ json: JSONValue, _ path: ArraySlice<String>, to value: JSONValue?) -> JSONValue {
        guard let step = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        if let index = Int(step), var elements = json.array {
            elements[index] = change(elements[index], rest, to: value)
            return .array(elements)
        }
        var members = json.members ?? []
        guard let index = members.firstIndex(where: { $0.name == step }) else {
            if let value { members.append(.init(name: step, value: value)) }
            return .object(members)
        }
        if rest.isEmpty, value == nil {
            members.remove(at: index)
        } else {
            members[index].value = change(members[index].value, rest, to: value)
        }
        return .object(members)
    }
}

/// Tests write tags as literals.
extension ETag: ExpressibleByStringLiteral {
    init(stringLiteral text: String) { self.init(text) }
}
