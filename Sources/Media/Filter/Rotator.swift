import CFFmpeg
import Containers

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
