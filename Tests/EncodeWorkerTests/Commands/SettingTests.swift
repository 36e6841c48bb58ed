import AWSCore
import ArgumentParser
import JobReport
import Media
import Testing

@testable import EncodeWorker

struct SettingTests {
    private let crf = SettingTable.crf

    private func message(_ body: () throws -> Double?) -> String? {
        do { _ = try body() } catch let error as ValidationError { return error.message } catch { return "\(error)" }
        return nil
    }

    @Test("the option overrides the variable, the variable the default")
    func order() throws {
        let environment = AWSEnvironment(["REELPRESS_CRF": "30"])
        #expect(try crf.value("20", environment) == 20)
        #expect(try crf.value(nil, environment) == 30)
        #expect(try crf.value(nil, AWSEnvironment([:])) == 24)
    }

    @Test("a wrong value's error names its origin and what is accepted")
    func wrongValue() {
        let environment = AWSEnvironment(["REELPRESS_CRF": "x"])
        #expect(
            message { try crf.value(nil, environment) } == "REELPRESS_CRF is x: it takes auto, or a number from 0 to 51"
        )
        #expect(message { try crf.value("99", environment) } == "--crf is 99: it takes auto, or a number from 0 to 51")
    }

    @Test("with auto, the CRF is searched for the target")
    func automatic() throws {
        let environment = AWSEnvironment(["REELPRESS_CRF": "auto", "REELPRESS_QUALITY_TARGET": "38.5"])
        #expect(try SettingsOptions.parse([]).resolve(environment).qualityTarget == 38.5)
        #expect(try SettingsOptions.parse(["--crf", "25"]).resolve(environment).qualityTarget == nil)
        #expect(try crf.value("auto", AWSEnvironment([:])) == nil)
    }

    @Test("the variable is the option's name in capitals")
    func variable() {
        #expect(SettingTable.skipHEVCBelow.variable == "REELPRESS_SKIP_HEVC_BELOW")
    }

    @Test("the time-out is whole seconds", arguments: [("86400", 86_400.0), ("", nil)] as [(String, Double?)])
    func timeout(text: String, seconds: Double?) throws {
        #expect(try SettingTable.timeout.value(nil, AWSEnvironment(["REELPRESS_TIMEOUT": text])) == seconds)
        #expect(throws: ValidationError.self) { try SettingTable.timeout.value("1.5", AWSEnvironment([:])) }
        #expect(throws: ValidationError.self) { try SettingTable.timeout.value("0", AWSEnvironment([:])) }
    }

    @Test("every default is a value that its setting takes, and the settings' own default")
    func defaults() throws {
        let environment = AWSEnvironment([:])
        let settings = try SettingsOptions.parse([]).resolve(environment)
        #expect(settings.encoder.crf == 24 && settings.encoder.preset == "medium" && settings.container == nil)
        #expect(settings.errors == .tolerate && settings.larger == .copy && settings.skipHEVCBelow == 0.05)
        #expect(settings.stallTimeout == 600 && settings.sourceCheck == 60 && settings.timeLimit == nil)
        #expect(settings.storageClass == nil && settings.sourceTag == nil)
        #expect(settings.prices == Prices.usual)
    }
}
