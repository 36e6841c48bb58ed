import CFFmpeg
import Testing

@testable import Media

@Suite("Container") struct ContainerTests {
    /// Newer muxers take PCM into MP4; next to no player reads it there.
    @Test(
        "Rare audio codecs are for Matroska",
        arguments: [
            AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S24BE, AV_CODEC_ID_PCM_S32LE, AV_CODEC_ID_PCM_F32LE,
            AV_CODEC_ID_PCM_F64BE, AV_CODEC_ID_TRUEHD,
        ])
    func rareAudio(codec: AVCodecID) {
        var parameters = avcodec_parameters_alloc()
        defer { avcodec_parameters_free(&parameters) }
        parameters?.pointee.codec_id = codec
        var stream = AVStream()
        stream.codecpar = parameters
        #expect(!Container.mp4.supports(stream, kind: .audio))
    }
}
