import Glibc

/// How long the long suites run: a share of them in each test run, all of them by `make soak`.
public enum Soak {
    /// Whether this is the long run.
    public static let isOn = getenv("SOAK") != nil

    /// The value of a variable, else the usual count.
    public static func count(_ variable: String, usual: Int) -> Int {
        getenv(variable).flatMap { Int(String(cString: $0)) } ?? usual
    }
}
