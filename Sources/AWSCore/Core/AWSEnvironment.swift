import Glibc

/// The environment variables, read once, so that nothing later depends on `getenv`.
///
/// Its description shows names alone, for values can be secrets.
public struct AWSEnvironment: Sendable, CustomStringConvertible, CustomReflectable {
    private var variables: [String: String]

    /// The variables of a dictionary.
    public init(_ variables: [String: String]) { self.variables = variables }

    /// The variables of this process.
    public static var process: AWSEnvironment {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables[String(line[..<equals])] = String(line[line.utf8.index(after: equals)...])
            }
            entry += 1
        }
        return AWSEnvironment(variables)
    }

    /// The variables' names.
    public var description: String { "AWSEnvironment(\(variables.keys.sorted().joined(separator: ", ")))" }

    /// The variables' names, for `dump` and debuggers too.
    public var customMirror: Mirror { Mirror(self, children: ["names": variables.keys.sorted()]) }

    /// A variable's value; an empty one counts as none, as in AWS's SDKs.
    public subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }
}
