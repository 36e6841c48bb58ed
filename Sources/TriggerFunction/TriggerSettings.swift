import AWSCore

/// The environment variables that the stack sets.
struct TriggerSettings {
    /// `JOB_QUEUE`: the queue's name or ARN.
    let queue: String
    /// `JOB_DEFINITION`: the definition's name, `name:revision` or ARN.
    let definition: String
    /// `JOB_CONTAINER`: the container's name in a definition with `ecsProperties`; nil for one with
    /// `containerProperties`.
    let container: String?

    /// - Throws: `SettingsError`, naming every variable that is missing.
    init(_ environment: AWSEnvironment) throws(SettingsError) {
        let missing = ["JOB_QUEUE", "JOB_DEFINITION"].filter { environment[$0] == nil }
        guard missing.isEmpty, let queue = environment["JOB_QUEUE"], let definition = environment["JOB_DEFINITION"]
        else {
            throw SettingsError(
                description: "\(missing.joined(separator: " and ")) \(missing.count == 1 ? "is" : "are") not set: "
                    + "set the function's environment variables to the job queue and the job definition"
            )
        }
        self.queue = queue
        self.definition = definition
        container = environment["JOB_CONTAINER"]
    }
}
