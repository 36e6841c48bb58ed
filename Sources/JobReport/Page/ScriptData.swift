/// A value of the data that a page's script reads.
enum ScriptData {
    case text(String)
    case number(Double?)
    case list([ScriptData])

    /// JSON that is safe within a script element: no character in it can end that, and none is hidden.
    ///
    /// Source: HTML Standard, "Restrictions for contents of script elements".
    var json: String {
        switch self {
        case .number(let value): value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null"
        case .list(let values): "[\(values.map(\.json).joined(separator: ","))]"
        case .text(let text): "\"\(Self.escape(text))\""
        }
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in HTML.visible(text).unicodeScalars {
            switch scalar {
            case "\\", "\"": escaped += "\\\(scalar)"
            case "<", ">", "&", "'":
                escaped += "\\u00\(String(scalar.value, radix: 16, uppercase: true))"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
