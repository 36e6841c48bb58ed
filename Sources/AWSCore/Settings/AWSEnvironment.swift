import Glibc

/// The environment variables, read once, so that nothing later depends on `getenv`.
public struct AWSEnvironment: Sendable {
    private var variables: [String: String]

    /// The variables of a dictionary.
    public init(_ variables: [String: String]) { self.variables = variables }

    /// The variables of this process.
    public static var process: AWSEnvironment {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return AWSEnvironment(variables)
    }

    /// A variable's value; an empty one counts as none, as in AWS's SDKs.
    public subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }
}
