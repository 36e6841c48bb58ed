import AWSCore
import EncodeJob
import Media
import Threads

/// What every command needs: the environment, the settings, the stores and the request to end.
struct CommandContext {
    let environment = AWSEnvironment.process
    let settings: Settings
    let stores: StoreLocator
    let interruption = Interruption.cancellation
    /// Whether the log setting is quiet, and not only its default is.
    let isQuietRequested: Bool

    /// Also starts FFmpeg's log.
    ///
    /// - Throws: `ValidationError` for a setting that is wrong.
    init(_ options: SettingsOptions) throws {
        settings = try options.resolve(environment)
        stores = StoreLocator(settings, environment, interruption: interruption)
        isQuietRequested = SettingTable.log.text(options.log, environment) == Settings.Log.quiet.rawValue
        FFmpegLog.start(toStandardError: settings.log == .debug)
    }

    /// The policy of a source outside of a bucket's folders, which decide it otherwise.
    ///
    /// - Throws: `ValidationError` for a wrong one.
    func policy(_ option: String?) throws -> ResolutionPolicy { try SettingTable.policy.value(option, environment) }
}
