import CFFmpeg
import Containers
import Findings

/// Makes whole pictures out of interlaced ones, one of one; the others pass untouched.
///
/// bwdif fills in the missing lines of the field that comes first from the fields around it, in time and space. It
/// starts with the first interlaced picture, so that a progressive source never meets it.
///
/// Source: FFmpeg, "FFmpeg Filters Documentation", bwdif.
struct Deinterlacer: ~Copyable, Sendable {
    private let timeBase: Rational
    private let threads: Int
    private var graph: FilterGraph?
    private var format: FrameFormat?
    /// Times and durations of the pictures inside, first in first out: the filter counts in half ticks.
    private var inside: [(time: Int64, duration: Int64)] = []
    /// Interlaced pictures so far.
    private(set) var count = 0

    static let steps = [
        FilterGraph.Step(filter: "bwdif", options: "mode=send_frame:parity=auto:deint=interlaced")
    ]

    init(timeBase: Rational, threads: Int) {
        self.timeBase = timeBase
        self.threads = threads
    }

    /// Takes a picture, and hands over those that became ready, in order.
    mutating func filter(_ frame: consuming Frame, emit: (consuming Frame) throws -> Void) throws {
        if frame.fieldOrder != nil { count += 1 }
        if graph == nil, frame.fieldOrder == nil { return try emit(frame) }
        let format = frame.format
        if graph == nil || self.format != format {
            try finish(emit: emit)
            graph = try FilterGraph(Self.steps, for: frame, timeBase: timeBase, threads: threads)
            self.format = format
        }
        inside.append((frame.presentationTime, frame.duration))
        // The filter works on `graph` alone, so that its pictures can be timed as they come.
        let working = graph.take()
        try working?.filter(frame) { try pass($0, emit) }
        graph = working
    }

    /// Hands over the pictures that are still inside.
    mutating func finish(emit: (consuming Frame) throws -> Void) throws {
        let ending = graph.take()
        try ending?.finish { try pass($0, emit) }
        guard inside.isEmpty else {
            throw ReportedError(.library, .scale, "deinterlacing lost \(inside.count) pictures")
        }
    }

    private mutating func pass(_ frame: consuming Frame, _ emit: (consuming Frame) throws -> Void) throws {
        guard !inside.isEmpty else { throw ReportedError(.library, .scale, "deinterlacing made a picture more") }
        let (time, duration) = inside.removeFirst()
        frame.presentationTime = time
        frame.duration = duration
        try emit(frame)
    }
}

/// Stores pictures as they are shown, for containers whose players don't turn them.
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
        // Each picture comes out at once, with its own time and all that it carries.
        try graph?.filter(frame) { rotated in
            let location = orientation.turned(format).color.chromaLocation
            rotated.pointer.pointee.chroma_location = AVChromaLocation(UInt32((location ?? -1) + 1))
            try emit(rotated)
        }
    }
}
