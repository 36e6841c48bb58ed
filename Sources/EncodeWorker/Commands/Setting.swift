import AWSCore
import ArgumentParser

/// One setting: what its option, its environment variable, their help and their errors have in common.
struct Setting<Value>: Sendable {
    /// The option's name without its dashes.
    let name: String
    /// What the setting is for, as a sentence.
    let purpose: String
    /// The value that is used without option and variable.
    let usual: @Sendable () -> String
    /// The default in the help; nil for none.
    let shownDefault: String?
    /// A noun phrase of the values that it takes.
    let takes: String
    /// - Returns: nil for a value that it doesn't take.
    /// - Throws: an error that says more than `takes`.
    let parse: @Sendable (String) throws -> Value?

    /// - Parameter shownDefault: if the help says something else than the value.
    init(
        _ name: String, _ purpose: String, default usual: @autoclosure @escaping @Sendable () -> String,
        shownDefault: String? = nil, takes: String, parse: @escaping @Sendable (String) throws -> Value?
    ) {
        self.name = name
        self.purpose = purpose
        self.usual = usual
        self.shownDefault = shownDefault ?? (usual().isEmpty ? nil : usual())
        self.takes = takes
        self.parse = parse
    }

    /// The environment variable, such as `REELPRESS_CRF`.
    var variable: String { "REELPRESS_\(String(name.uppercased().map { $0 == "-" ? "_" : $0 }))" }

    /// The option's name for ArgumentParser.
    var option: NameSpecification { .customLong(name) }

    /// The option's help.
    ///
    /// - Parameter value: what the help calls the value; nil for the option's name.
    func help(_ value: String? = nil, visibility: ArgumentVisibility = .default) -> ArgumentHelp {
        let usual = shownDefault.map { " (default: \($0))" } ?? ""
        return ArgumentHelp("\(purpose)\(usual)", valueName: value, visibility: visibility)
    }

    /// The text of the option, else of the variable; nil if neither is given.
    func text(_ option: String?, _ environment: AWSEnvironment) -> String? { option ?? environment[variable] }

    /// The value of the option, else of the variable, else the default.
    ///
    /// - Throws: `ValidationError` that names the option or variable, its value and what it takes.
    func value(_ option: String?, _ environment: AWSEnvironment) throws -> Value {
        let text = text(option, environment) ?? usual()
        let source = option == nil ? variable : "--\(name)"
        let value: Value?
        do { value = try parse(text) } catch { throw ValidationError("\(source): \(error)") }
        guard let value else { throw ValidationError("\(source) is \(text): it takes \(takes)") }
        return value
    }
}
