/// The key of an object.
enum ObjectKey {
    /// S3's own limit, in bytes of UTF-8: "Naming Amazon S3 objects", Amazon S3 User Guide.
    private static let longest = 1024

    /// A key that stands as it is.
    static func read(_ field: EventField) throws(EventError) -> String {
        try check(field.string(), field)
    }

    /// A key as S3 encodes it in notifications, like an HTML form: `+` is a blank, `%2B` a plus; UTF-8 beneath.
    static func decode(_ field: EventField) throws(EventError) -> String {
        var bytes: [UInt8] = []
        var rest = try field.string().utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    throw EventError("\(field.path) is not URL-encoded: a % must be followed by two hexadecimal digits")
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let key = String(validating: bytes, as: UTF8.self) else {
            throw EventError("\(field.path) is not UTF-8 once it is URL-decoded")
        }
        return try check(key, field)
    }

    private static func check(_ key: String, _ field: EventField) throws(EventError) -> String {
        guard key.utf8.count <= longest else {
            throw EventError("\(field.path) has \(key.utf8.count) bytes: S3's keys have \(longest) at most")
        }
        guard !key.utf8.contains(0) else {
            throw EventError("\(field.path) holds a NUL, which no environment variable of a job can carry")
        }
        return key
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
