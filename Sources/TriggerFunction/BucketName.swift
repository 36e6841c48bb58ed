/// The name of a bucket.
enum BucketName {
    /// Takes old names of us-east-1 too: "General purpose bucket naming rules", Amazon S3 User Guide.
    static func read(_ field: EventField) throws(EventError) -> String {
        let name = try field.string()
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, 3...255 ~= name.utf8.count else { throw EventError("\(field.path) is no bucket's name") }
        return name
    }
}
