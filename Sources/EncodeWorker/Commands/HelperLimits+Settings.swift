import AWSCore
import ArgumentParser

extension HelperLimits {
    /// The limits that the environment of a job has.
    ///
    /// - Returns: nil if no helpers are wanted, or none can be submitted.
    init?(_ environment: AWSEnvironment) throws(ExitError) {
        do {
            let most = try SettingTable.helpers.value(nil, environment)
            guard most > 0, let queue = try SettingTable.helperQueue.value(nil, environment),
                let definition = try SettingTable.helperDefinition.value(nil, environment)
            else { return nil }
            self.init(
                most: most, queue: queue, definition: definition,
                leastWork: try SettingTable.helperWork.value(nil, environment))
        } catch let error as ValidationError {
            throw ExitError(.usage, error.message)
        } catch { throw ExitError(.usage, "\(error)") }
    }
}
