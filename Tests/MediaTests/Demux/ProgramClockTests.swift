import CFFmpeg
import Containers
import Testing

@testable import Media

/// Transport streams with several programs, each with a clock of its own.
@Suite("Clocks of programs") struct ProgramClockTests {
    /// Two programs of a video and an audio stream each, which start at these times in seconds.
    private func withSource(_ starts: [Int64], _ body: (UnsafeMutablePointer<AVFormatContext>) throws -> Void) throws {
        let source = try #require(avformat_alloc_context())
        defer { avformat_free_context(source) }
        source.pointee.iformat = av_find_input_format("mpegts")
        for (program, start) in starts.enumerated() {
            _ = try #require(av_new_program(source, Int32(program + 1)))
            for type in [AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO] {
                let stream = try #require(avformat_new_stream(source, nil))
                stream.pointee.codecpar.pointee.codec_type = type
                stream.pointee.time_base = AVRational(num: 1, den: 90_000)
                stream.pointee.start_time = start * 90_000
                av_program_add_stream_index(source, Int32(program + 1), UInt32(stream.pointee.index))
            }
        }
        try body(source)
    }

    private func packet(_ stream: Int, at seconds: Double) throws -> Packet {
        let packet = try Packet()
        packet.streamIndex = stream
        packet.pointer.pointee.pts = Int64(seconds * 90_000)
        packet.pointer.pointee.dts = packet.pointer.pointee.pts
        packet.pointer.pointee.duration = 3600
        return packet
    }

    @Test("Each program starts at its own clock") func startOffset() throws {
        try withSource([5000, 70_000]) { source throws in
            let offset = StartOffset(for: 0, keeping: [0, 1, 2, 3], in: source)
            for (stream, start) in [(0, 5000.0), (1, 5000), (2, 70_000), (3, 70_000)] {
                let packet = try packet(stream, at: start + 2)
                let context = try #require(source.pointee.streams[stream])
                offset.apply(to: packet, of: context)
                let time = packet.presentationTime
                #expect(time == 180_000, "stream \(stream)")
            }
            #expect(offset.ticks(in: Rational(1, 1)) == -5000)
        }
    }

    @Test("The main program's clock counts, also where another program's is earlier") func otherClock() throws {
        try withSource([5000, 100]) { source throws in
            #expect(StartOffset(for: 0, keeping: [0, 1, 2, 3], in: source).ticks(in: Rational(1, 1)) == -5000)
            #expect(StartOffset(for: 2, keeping: [0, 1, 2, 3], in: source).ticks(in: Rational(1, 1)) == -100)
        }
    }

    @Test("A discontinuity of one program moves no other", arguments: [501.0, -40])
    func discontinuity(jump: Double) throws {
        // The second program's clock is far ahead: beside it, the first one's jump would be none.
        let other = 70_000.0
        try withSource([0, Int64(other)]) { source throws in
            let info = MediaInfo(container: "mpegts", chapterCount: 0, streams: [])
            var repair = DiscontinuityRepair(info)
            func corrected(_ stream: Int, _ seconds: Double) throws -> Double {
                let packet = try packet(stream, at: seconds)
                let context = try #require(source.pointee.streams[stream])
                repair.correct(packet, of: context, in: source)
                let time = packet.presentationTime
                return Double(try #require(time)) / 90_000
            }
            for frame in 0..<25 {
                for stream in 0..<4 {
                    let time = Double(frame) / 25 + (stream < 2 ? 0 : other)
                    #expect(try abs(corrected(stream, time) - time) < 0.001)
                }
            }
            // Both streams of the first program jump.
            #expect(try corrected(0, jump) == 1)
            #expect(try corrected(1, jump) == 1)
            #expect(try corrected(2, other + 1) == other + 1)
            #expect(try corrected(3, other + 1) == other + 1)
            #expect(repair.discontinuities == 1)
        }
    }
}
