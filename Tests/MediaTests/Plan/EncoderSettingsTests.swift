import Findings
import Media
import Testing

@Suite("Encoder settings") struct EncoderSettingsTests {
    @Test("x265 parameters are parsed in order") func order() throws {
        let parameters = try EncoderSettings.parseParameters("aq-mode=3:no-sao:deblock=-1,-1")
        #expect(parameters.map(\.name) == ["aq-mode", "no-sao", "deblock"])
        #expect(parameters.map(\.value) == ["3", "1", "-1,-1"])
    }

    @Test("An empty string has no parameters") func empty() throws {
        #expect(try EncoderSettings.parseParameters("").isEmpty)
    }

    @Test(
        "Parameters that read files or are set elsewhere are refused",
        arguments: ["csv=/tmp/x", "stats=a", "recon=a", "crf=3", "preset=slow", "bitrate=1", "dhdr10-info=a"])
    func refused(text: String) throws {
        let name = try #require(text.split(separator: "=").first)
        let error = #expect(throws: ReportedError.self) { try EncoderSettings.parseParameters("aq-mode=1:\(text)") }
        #expect(error?.code == .badSetting)
        #expect(error?.message.contains(name) == true)
    }
}
