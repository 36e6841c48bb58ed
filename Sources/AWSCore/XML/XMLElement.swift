/// An element with its text and children. Attributes and namespaces are read over: no AWS answer needs them.
struct XMLElement: Sendable {
    var name: String
    var text = ""
    var children: [XMLElement] = []

    /// The first child of this name.
    func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// The text of the first child of this name.
    subscript(name: String) -> String? { child(name)?.text }

    /// Every child of this name.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// Escapes text for an element's content.
    static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\r", "\n", "\t": result += "&#\(scalar.value);"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
