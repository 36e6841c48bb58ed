import CFFmpeg
import Containers
import Testing

@testable import Media

@Suite("Muxer track") struct MuxerTrackTests {
    private let context = avformat_alloc_context()!

    private func stream(_ type: AVMediaType, _ codec: AVCodecID) throws -> UnsafeMutablePointer<AVStream> {
        let stream = try #require(avformat_new_stream(context, nil))
        stream.pointee.time_base = AVRational(num: 1, den: 44_100)
        stream.pointee.codecpar.pointee.codec_type = type
        stream.pointee.codecpar.pointee.codec_id = codec
        stream.pointee.codecpar.pointee.sample_rate = 44_100
        return stream
    }

    /// What the last of some packets lasts, whose durations aren't known.
    private func lastDuration(_ times: [Int64], of stream: UnsafeMutablePointer<AVStream>) throws -> Int64 {
        defer { avformat_free_context(context) }
        var track = MuxerTrack(index: 0, sourceTimeBase: Rational(1, 44_100))
        var duration: Int64 = 0
        for time in times {
            let packet = try Packet.copying(UnsafeRawBufferPointer(start: nil, count: 0))
            packet.pointer.pointee.pts = time
            packet.pointer.pointee.dts = time
            track.order(packet.pointer)
            track.lengthen(packet.pointer, of: stream)
            duration = packet.pointer.pointee.duration
        }
        return duration
    }

    @Test("An audio frame without a duration lasts as long as the one before") func previousDuration() throws {
        let sound = try stream(AVMEDIA_TYPE_AUDIO, AV_CODEC_ID_AAC)
        #expect(try lastDuration([0, 1000, 2024], of: sound) == 1024)
    }

    @Test("An audio frame without a duration lasts as its codec says") func codecDuration() throws {
        let sound = try stream(AVMEDIA_TYPE_AUDIO, AV_CODEC_ID_AC3)
        #expect(try lastDuration([0, 9000], of: sound) == 1536)
    }

    @Test("Compressed audio ends with more than one tick") func compressedEnd() throws {
        let sound = try stream(AVMEDIA_TYPE_AUDIO, AV_CODEC_ID_AAC)
        #expect(try lastDuration([7, 8, 9], of: sound) == 2)
    }

    @Test("Raw samples last one tick") func rawSamples() throws {
        let sound = try stream(AVMEDIA_TYPE_AUDIO, AV_CODEC_ID_PCM_S16LE)
        #expect(try lastDuration([7, 8, 9], of: sound) == 1)
    }

    @Test("Audio with longer packets before may end with one tick") func lastTick() throws {
        let sound = try stream(AVMEDIA_TYPE_AUDIO, AV_CODEC_ID_FLAC)
        #expect(try lastDuration([0, 4096, 4097], of: sound) == 1)
    }

    @Test("A single packet lasts one tick") func onePacket() throws {
        let data = try stream(AVMEDIA_TYPE_DATA, AV_CODEC_ID_NONE)
        #expect(try lastDuration([7], of: data) == 1)
    }

    @Test("A subtitle may have no duration") func subtitle() throws {
        let text = try stream(AVMEDIA_TYPE_SUBTITLE, AV_CODEC_ID_MOV_TEXT)
        #expect(try lastDuration([0, 1000], of: text) == 0)
    }
}
