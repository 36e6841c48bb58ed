/// An object's entity tag.
enum EntityTag {
    /// Without the quotes that HTTP has around it.
    static func read(_ field: EventField?) throws(EventError) -> String? {
        guard let field else { return nil }
        let text = try field.string()
        let bare = text.utf8.filter { $0 != UInt8(ascii: "\"") }
        // It goes into an If-Match header.
        guard !bare.isEmpty, bare.allSatisfy({ 33..<127 ~= $0 }) else {
            throw EventError("\(field.path) is no entity tag")
        }
        return String(decoding: bare, as: UTF8.self)
    }
}
