import CFFmpeg
import Containers
import Findings

/// Deinterlaces interlaced frames, one for one; progressive frames pass unchanged.
///
/// bwdif fills in the missing lines of the field that comes first from the fields around it, in time and space. It
/// starts with the first interlaced frame, so that a progressive source is never filtered.
///
/// Source: FFmpeg, "FFmpeg Filters Documentation", bwdif.
struct Deinterlacer: ~Copyable, Sendable {
    private let timeBase: Rational
    private let threads: Int
    private var graph: FilterGraph?
    private var format: FrameFormat?
    private var inside = FrameTimes()

    /// Timestamps and durations of the frames inside, first in first out: the filter counts in half ticks.
    private struct FrameTimes {
        private var times: [(presentation: Int64, duration: Int64)] = []

        var count: Int { times.count }

        mutating func add(_ frame: borrowing Frame) { times.append((frame.presentationTime, frame.duration)) }

        /// Gives the next frame out of the filter its own timestamps back.
        mutating func restore(_ frame: borrowing Frame) throws {
            guard !times.isEmpty else { throw ReportedError(.library, .scale, "deinterlacing made an extra frame") }
            let (presentation, duration) = times.removeFirst()
            frame.presentationTime = presentation
            frame.duration = duration
        }
    }

    static let steps = [
        FilterGraph.Step(filter: "bwdif", options: "mode=send_frame:parity=auto:deint=interlaced")
    ]

    init(timeBase: Rational, threads: Int) {
        self.timeBase = timeBase
        self.threads = threads
    }

    /// Takes a frame and hands over those that became ready, in order.
    mutating func filter(_ frame: consuming Frame, emit: (consuming Frame) throws -> Void) throws {
        if graph == nil, frame.fieldOrder == nil { return try emit(frame) }
        let format = frame.format
        if graph == nil || self.format != format {
            try finish(emit: emit)
            graph = try FilterGraph(Self.steps, for: frame, timeBase: timeBase, threads: threads)
            self.format = format
        }
        inside.add(frame)
        try graph?.filter(frame) { filtered in
            try inside.restore(filtered)
            try emit(filtered)
        }
    }

    /// Hands over the frames that are still inside. The graph ends with them.
    mutating func finish(emit: (consuming Frame) throws -> Void) throws {
        let ending = graph.take()
        try ending?.finish { filtered in
            try inside.restore(filtered)
            try emit(filtered)
        }
        guard inside.count == 0 else {
            throw ReportedError(
                .library, .scale, "deinterlacing lost \(inside.count) \(inside.count == 1 ? "frame" : "frames")")
        }
    }
}

/// Stores frames as they are shown, for containers whose players don't rotate them.
struct Rotator: ~Copyable, Sendable {
    private let orientation: Orientation
    private let timeBase: Rational
    private let threads: Int
    private var graph: FilterGraph?
    private var format: FrameFormat?

    init(_ orientation: Orientation, timeBase: Rational, threads: Int) {
        self.orientation = orientation
        self.timeBase = timeBase
        self.threads = threads
    }

    mutating func rotate(_ frame: consuming Frame, emit: (consuming Frame) throws -> Void) throws {
        let format = frame.format
        if self.format != format {
            graph = try FilterGraph(orientation.steps, for: frame, timeBase: timeBase, threads: threads)
            self.format = format
        }
        // Each frame comes out at once, with its own timestamp and side data.
        try graph?.filter(frame) { rotated in
            let location = orientation.turned(format).color.chromaLocation
            rotated.pointer.pointee.chroma_location = AVChromaLocation(UInt32((location ?? -1) + 1))
            try emit(rotated)
        }
    }
}
