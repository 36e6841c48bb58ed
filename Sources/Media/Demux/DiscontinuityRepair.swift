import CFFmpeg
import Containers

/// Mends the times of transport and program streams where their clock jumps: after an interruption, where two recordings
/// were put together, from one cell of a DVD to the next. The times go on without a gap there, and all streams of a
/// program by the same clock.
///
/// A stream that pauses by itself is no jump: the others' times went on.
///
/// Source: ISO/IEC 13818-1, 2.4.3.4 discontinuity_indicator and 2.7.6; FFmpeg, "ffmpeg Documentation",
/// dts_delta_threshold.
struct DiscontinuityRepair {
    private struct Stream {
        /// Ticks to add.
        var offset: Int64
        /// Where the next packet is expected, mended.
        var next: Int64?
    }

    private struct Program {
        /// Ticks to add since the last jump.
        var offset: Int64 = 0
        var streams: [Int: Stream] = [:]

        /// How far all streams but one got.
        func position(without index: Int) -> Int64? {
            streams.filter { $0.key != index }.compactMap(\.value.next).max()
        }
    }

    private let isNeeded: Bool
    private var programs: [Int32: Program] = [:]
    /// Places where the clock jumped.
    private(set) var discontinuities = 0

    /// In the ticks of these containers.
    private static let second: Int64 = 90_000
    private static let forward = 10 * second
    private static let backward = second / 2

    init(_ source: MediaInfo) {
        isNeeded = source.sourceContainer.isMPEGSystems
    }

    mutating func correct(
        _ packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>,
        in source: UnsafeMutablePointer<AVFormatContext>
    ) {
        guard isNeeded, Rational(stream.pointee.time_base) == Rational(1, Int32(Self.second)) else { return }
        let index = packet.streamIndex
        let number = av_find_program_from_stream(source, nil, Int32(index))?.pointee.id ?? -1
        var program = programs[number] ?? Program()
        let pointer = packet.pointer
        let (decoding, presentation) = (known(pointer.pointee.dts), known(pointer.pointee.pts))
        switch stream.pointee.codecpar.pointee.codec_type {
        case AVMEDIA_TYPE_VIDEO:
            // By the time it is shown, a picture may be far ahead of the next that is sent.
            if let decoding { follow(decoding, pointer.pointee.duration, index, &program) }
        case AVMEDIA_TYPE_AUDIO:
            if let time = decoding ?? presentation { follow(time, pointer.pointee.duration, index, &program) }
        default:
            if let time = presentation ?? decoding { followOthers(time, index, &program) }
        }
        programs[number] = program
        pointer.move(by: program.streams[index]?.offset ?? program.offset)
    }

    /// Pictures and sound, whose packets follow each other.
    private mutating func follow(_ time: Int64, _ duration: Int64, _ index: Int, _ program: inout Program) {
        var stream = program.streams[index] ?? Stream(offset: program.offset)
        if let next = stream.next {
            let mended = time + stream.offset
            let reached = program.position(without: index) ?? next
            let isAhead = mended > next + Self.forward && mended > reached + Self.forward
            if mended < next - Self.backward || isAhead {
                let other = time + program.offset
                let fits = other >= next - Self.second && other <= max(next, reached) + Self.forward
                if program.offset == stream.offset || !fits {
                    program.offset = next - time
                    discontinuities += 1
                }
                stream.offset = program.offset
            }
        }
        stream.next = max(stream.next ?? .min, time + stream.offset + min(max(0, duration), Self.forward))
        program.streams[index] = stream
    }

    /// What comes now and then goes by the clock that brings it nearer to where pictures and sound are.
    private func followOthers(_ time: Int64, _ index: Int, _ program: inout Program) {
        var stream = program.streams[index] ?? Stream(offset: program.offset)
        if let reached = program.position(without: index),
            abs(time + program.offset - reached) < abs(time + stream.offset - reached)
        {
            stream.offset = program.offset
        }
        program.streams[index] = stream
    }
}
