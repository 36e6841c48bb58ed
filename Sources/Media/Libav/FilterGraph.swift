import CFFmpeg
import Containers
import Findings

/// A chain of libavfilter's filters for frames of one format; the one owner of its AVFilterGraph.
///
/// Source: FFmpeg, "libavfilter/avfilter.h", "libavfilter/buffersrc.h", "libavfilter/buffersink.h".
struct FilterGraph: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread filters at a time.
    private let graph: UnsafeMutablePointer<AVFilterGraph>
    private let source: UnsafeMutablePointer<AVFilterContext>
    private let sink: UnsafeMutablePointer<AVFilterContext>

    /// One filter and its options, in the syntax of FFmpeg's command line.
    struct Step {
        var filter: String
        var options: String
    }

    init(_ steps: [Step], for frame: borrowing Frame, timeBase: Rational, threads: Int) throws {
        var owned = avfilter_graph_alloc()
        let graph = try allocated(owned, "the filters", .scale)
        graph.pointee.nb_threads = Int32(threads)
        do {
            (source, sink) = try Self.build(graph, steps, for: frame, timeBase: timeBase)
        } catch {
            avfilter_graph_free(&owned)
            throw error
        }
        self.graph = graph
    }

    deinit {
        var graph: UnsafeMutablePointer<AVFilterGraph>? = graph
        avfilter_graph_free(&graph)
    }

    private static func build(
        _ graph: UnsafeMutablePointer<AVFilterGraph>, _ steps: [Step], for frame: borrowing Frame, timeBase: Rational
    ) throws -> (source: UnsafeMutablePointer<AVFilterContext>, sink: UnsafeMutablePointer<AVFilterContext>) {
        let source = try add("buffer", to: graph)
        try check(
            reelpress_describe_filter_source(
                source, frame.pointer, timeBase.libav, frame.pointer.pointee.sample_aspect_ratio),
            "the filters' input", .scale)
        try check(avfilter_init_str(source, nil), "the filters' input", .scale)
        var last = source
        for step in steps + [Step(filter: "buffersink", options: "")] {
            let next = try add(step.filter, to: graph)
            try check(avfilter_init_str(next, step.options), "the filter \(step.filter)", .scale)
            try check(avfilter_link(last, 0, next, 0), "the filter \(step.filter)", .scale)
            last = next
        }
        try check(
            avfilter_graph_config(graph, nil), "\(frame.format.pixelFormatName) frames can't be filtered", .scale,
            .unsupported)
        return (source, last)
    }

    private static func add(
        _ name: String, to graph: UnsafeMutablePointer<AVFilterGraph>
    ) throws -> UnsafeMutablePointer<AVFilterContext> {
        guard let filter = avfilter_get_by_name(name) else {
            throw ReportedError(.library, .scale, "this libavfilter has no filter \(name)")
        }
        return try allocated(avfilter_graph_alloc_filter(graph, filter, name), "the filter \(name)", .scale)
    }

    /// Filters a frame and emits the frames that are ready.
    func filter(_ frame: consuming Frame, emit: (consuming Frame) throws -> Void) throws {
        try check(av_buffersrc_add_frame_flags(source, frame.pointer, 0), "filtering a frame", .scale)
        try drain(emit)
    }

    /// Emits the frames that are still buffered.
    func finish(emit: (consuming Frame) throws -> Void) throws {
        try check(av_buffersrc_add_frame_flags(source, nil, 0), "filtering the last frame", .scale)
        try drain(emit)
    }

    private func drain(_ emit: (consuming Frame) throws -> Void) throws {
        while true {
            let frame = try Frame()
            let code = av_buffersink_get_frame(sink, frame.pointer)
            if code == reelpress_averror(EAGAIN) || code == reelpress_averror_eof { return }
            try check(code, "filtering a frame", .scale)
            try emit(frame)
        }
    }
}
