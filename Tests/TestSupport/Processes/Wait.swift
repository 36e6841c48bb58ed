import Glibc

/// Waiting for what another process does.
public enum Wait {
    /// Returns when a condition holds.
    ///
    /// - Parameter what: names the condition in the error.
    /// - Throws: `CommandFailure` if it doesn't hold in time.
    public static func until(_ what: String, within seconds: Double = 40, _ condition: () throws -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(seconds)
        while try !condition() {
            guard ContinuousClock.now < limit else { throw CommandFailure("\(seconds) s passed without: \(what)") }
            usleep(5000)
        }
    }
}
