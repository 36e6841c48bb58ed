/// One profile of the shared files: "Shared config and credentials files" in the AWS SDKs and Tools Reference Guide.
struct Profile: Sendable, CustomStringConvertible, CustomReflectable {
    var name: String
    private var values: [String: String]

    /// Reads `AWS_PROFILE` (else `default`) from the credentials file, which beats the configuration file.
    init?(_ environment: AWSEnvironment) {
        name = environment["AWS_PROFILE"] ?? "default"
        let folder = (environment["HOME"] ?? "") + "/.aws/"
        let credentials = TextFile.read(environment["AWS_SHARED_CREDENTIALS_FILE"] ?? folder + "credentials")
        let config = TextFile.read(environment["AWS_CONFIG_FILE"] ?? folder + "config")
        let section = name == "default" ? ["default", "profile default"] : ["profile \(name)"]
        values = section.reduce(into: [:]) { $0.merge(Self.section($1, of: config ?? "")) { $1 } }
        values.merge(Self.section(name, of: credentials ?? "")) { $1 }
        if values.isEmpty { return nil }
    }

    var description: String { "Profile(\(name))" }

    /// The name alone: values can be secrets.
    var customMirror: Mirror { Mirror(self, children: ["name": name]) }

    subscript(key: String) -> String? { values[key] }

    /// Keys of one section. Nested (indented) settings belong to their key and are read over.
    static func section(_ name: String, of text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let first = words.first, first.first != "#", first.first != ";" else { continue }
            if line.first == "[" {
                let header = line.dropFirst().prefix { $0 != "]" }.split { $0 == " " || $0 == "\t" }
                isInside = header.joined(separator: " ") == name
            } else if isInside, line.first != " ", line.first != "\t", let equals = line.firstIndex(of: "=") {
                values[trim(line[..<equals]).lowercased()] = trim(line[line.index(after: equals)...])
            }
        }
        return values
    }

    private static func trim(_ text: Substring) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return String(text)
    }
}
