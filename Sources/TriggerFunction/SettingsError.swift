import LambdaRuntime

/// The function's environment is not what it needs.
struct SettingsError: LambdaError, Equatable {
    let errorType = "ConfigInvalid"
    let description: String
}
