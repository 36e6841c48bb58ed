import AWSCore
import ArgumentParser
import Media

/// The settings as options; one that is not given is read from the environment, as `REELPRESS_CRF` and so on.
struct SettingsOptions: ParsableArguments {
    @Option(name: SettingTable.crf.option, help: SettingTable.crf.help())
    var crf: String?

    @Option(name: SettingTable.qualityTarget.option, help: SettingTable.qualityTarget.help("dB"))
    var qualityTarget: String?

    @Option(name: SettingTable.measure.option, help: SettingTable.measure.help())
    var measure: String?

    @Option(name: SettingTable.preset.option, help: SettingTable.preset.help())
    var preset: String?

    @Option(name: SettingTable.container.option, help: SettingTable.container.help())
    var container: String?

    @Option(name: SettingTable.interlaced.option, help: SettingTable.interlaced.help())
    var interlaced: String?

    @Option(name: SettingTable.x265Params.option, help: SettingTable.x265Params.help("name=value:name=value"))
    var x265Params: String?

    @Option(name: SettingTable.workers.option, help: SettingTable.workers.help("number"))
    var workers: String?

    @Option(name: SettingTable.chunks.option, help: SettingTable.chunks.help())
    var chunks: String?

    @Option(name: SettingTable.errors.option, help: SettingTable.errors.help())
    var errors: String?

    @Option(name: SettingTable.stallTimeout.option, help: SettingTable.stallTimeout.help(visibility: .hidden))
    var stallTimeout: String?

    @Option(name: SettingTable.timeout.option, help: SettingTable.timeout.help("seconds"))
    var timeout: String?

    @Option(name: SettingTable.sourceCheck.option, help: SettingTable.sourceCheck.help(visibility: .hidden))
    var sourceCheck: String?

    @Option(name: SettingTable.larger.option, help: SettingTable.larger.help())
    var larger: String?

    @Option(name: SettingTable.skipHEVCBelow.option, help: SettingTable.skipHEVCBelow.help("bits"))
    var skipHEVCBelow: String?

    @Option(name: SettingTable.storageClass.option, help: SettingTable.storageClass.help("class"))
    var storageClass: String?

    @Option(name: SettingTable.kmsKeyID.option, help: SettingTable.kmsKeyID.help("key"))
    var kmsKeyID: String?

    @Option(name: SettingTable.tagSource.option, help: SettingTable.tagSource.help("key=value"))
    var tagSource: String?

    @Option(name: SettingTable.priceVCPUHour.option, help: SettingTable.priceVCPUHour.help("dollars"))
    var priceVCPUHour: String?

    @Option(name: SettingTable.priceGBHour.option, help: SettingTable.priceGBHour.help("dollars"))
    var priceGBHour: String?

    @Option(name: SettingTable.log.option, help: SettingTable.log.help())
    var log: String?

    /// - Throws: `ValidationError` that names the option or variable, its value and what it takes.
    func resolve(_ environment: AWSEnvironment) throws -> Settings {
        let crf = try SettingTable.crf.value(crf, environment)
        let target = try SettingTable.qualityTarget.value(qualityTarget, environment)
        var encoder = EncoderSettings(
            crf: crf ?? EncoderSettings().crf,
            preset: try SettingTable.preset.value(preset, environment),
            parameters: try SettingTable.x265Params.value(x265Params, environment))
        encoder.measures = try SettingTable.measure.value(measure, environment)
        return Settings(
            encoder: encoder, qualityTarget: crf == nil ? target : nil,
            container: try SettingTable.container.value(container, environment),
            interlacing: try SettingTable.interlaced.value(interlaced, environment),
            errors: try SettingTable.errors.value(errors, environment),
            stallTimeout: try SettingTable.stallTimeout.value(stallTimeout, environment),
            sourceCheck: try SettingTable.sourceCheck.value(sourceCheck, environment),
            timeLimit: try SettingTable.timeout.value(timeout, environment).map { TimeLimit(seconds: $0) },
            log: try SettingTable.log.value(log, environment),
            larger: try SettingTable.larger.value(larger, environment),
            skipHEVCBelow: try SettingTable.skipHEVCBelow.value(skipHEVCBelow, environment),
            storageClass: try SettingTable.storageClass.value(storageClass, environment),
            kmsKeyID: try SettingTable.kmsKeyID.value(kmsKeyID, environment),
            sourceTag: try SettingTable.tagSource.value(tagSource, environment),
            prices: Prices(
                vCPUHour: try SettingTable.priceVCPUHour.value(priceVCPUHour, environment),
                gigabyteHour: try SettingTable.priceGBHour.value(priceGBHour, environment)),
            chunking: try SettingTable.chunks.value(chunks, environment),
            workers: try SettingTable.workers.value(workers, environment))
    }
}
