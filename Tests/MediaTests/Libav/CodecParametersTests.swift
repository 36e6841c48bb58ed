import CFFmpeg
import FoundationEssentials
import Testing

@testable import Media

@Suite("Codec parameters as a value")
struct CodecParametersTests {
    @Test("Extradata and a custom channel layout survive JSON and come back in libavcodec's structure")
    func roundTrip() throws {
        var source = avcodec_parameters_alloc()
        defer { avcodec_parameters_free(&source) }
        let original = try #require(source)
        original.pointee.codec_type = AVMEDIA_TYPE_AUDIO
        original.pointee.codec_id = AV_CODEC_ID_AAC
        original.pointee.sample_rate = 48_000
        try original.setExtradata([0x11, 0x90, 0, 0xFF])
        original.pointee.ch_layout.order = AV_CHANNEL_ORDER_CUSTOM
        original.pointee.ch_layout.nb_channels = 2
        let map = try #require(av_calloc(2, MemoryLayout<AVChannelCustom>.stride))
        original.pointee.ch_layout.u.map = map.assumingMemoryBound(to: AVChannelCustom.self)
        original.pointee.ch_layout.u.map[0].id = AV_CHAN_FRONT_LEFT
        original.pointee.ch_layout.u.map[1].id = AV_CHAN_LOW_FREQUENCY
        withUnsafeMutableBytes(of: &original.pointee.ch_layout.u.map[1].name) { $0.copyBytes(from: "boom\0".utf8) }
        let value = CodecParameters(original)
        let read = try JSONDecoder().decode(CodecParameters.self, from: JSONEncoder().encode(value))
        #expect(read == value)
        var target = avcodec_parameters_alloc()
        defer { avcodec_parameters_free(&target) }
        let filled = try #require(target)
        try read.fill(filled)
        #expect(CodecParameters(filled) == value && filled.pointee.extradata_size == 4)
        #expect(av_channel_layout_compare(&filled.pointee.ch_layout, &original.pointee.ch_layout) == 0)
        #expect(filled.pointee.ch_layout.order == AV_CHANNEL_ORDER_CUSTOM)
    }
}
