import CFFmpeg
import Containers

/// Removes timestamp discontinuities of transport and program streams: after an interruption, where two recordings were
/// joined, from one cell of a DVD to the next. Timestamps continue there without a gap, and all streams of a program are
/// corrected by the same offset.
///
/// A pause of a single stream is no discontinuity: the timestamps of the others continue.
///
/// Source: ISO/IEC 13818-1, 2.4.3.4 discontinuity_indicator and 2.7.6; FFmpeg, "ffmpeg Documentation",
/// dts_delta_threshold.
struct DiscontinuityRepair {
    private struct Stream {
        /// Ticks to add.
        var offset: Int64
        /// The corrected timestamp at which the next packet is expected.
        var next: Int64?
    }

    private struct Program {
        /// Ticks to add since the last discontinuity.
        var offset: Int64 = 0
        var streams: [Int: Stream] = [:]

        /// The furthest expected timestamp of all streams except one.
        func position(without index: Int) -> Int64? {
            streams.filter { $0.key != index }.compactMap(\.value.next).max()
        }
    }

    private let isNeeded: Bool
    private var programs: [Int32: Program] = [:]
    private(set) var discontinuities = 0

    /// In these containers' ticks.
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
            // PTS are reordered and may be far ahead of the next packet's.
            if let decoding { follow(decoding, pointer.pointee.duration, index, &program) }
        case AVMEDIA_TYPE_AUDIO:
            if let time = decoding ?? presentation { follow(time, pointer.pointee.duration, index, &program) }
        default:
            if let time = presentation ?? decoding { followSparse(time, index, &program) }
        }
        programs[number] = program
        pointer.shiftTimestamps(by: program.streams[index]?.offset ?? program.offset)
    }

    /// Video and audio, whose packets are contiguous.
    private mutating func follow(_ time: Int64, _ duration: Int64, _ index: Int, _ program: inout Program) {
        var stream = program.streams[index] ?? Stream(offset: program.offset)
        if let next = stream.next {
            let corrected = time + stream.offset
            let reached = program.position(without: index) ?? next
            let isAhead = corrected > next + Self.forward && corrected > reached + Self.forward
            if corrected < next - Self.backward || isAhead {
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

    /// Sparse streams use the offset that brings them closer to video and audio.
    private func followSparse(_ time: Int64, _ index: Int, _ program: inout Program) {
        var stream = program.streams[index] ?? Stream(offset: program.offset)
        if let reached = program.position(without: index),
            abs(time + program.offset - reached) < abs(time + stream.offset - reached)
        {
            stream.offset = program.offset
        }
        program.streams[index] = stream
    }
}
