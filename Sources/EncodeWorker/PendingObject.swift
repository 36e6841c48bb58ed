import Containers
import Findings
import Media
import Threads

/// An object that is being written; discarded unless it is published.
protocol PendingObject: AnyObject, Sendable {
    var sink: any ByteSink { get }

    /// The whole content, for checking it before anybody sees it; nil where only a published object can be read.
    func reopen() throws -> (any ByteSource)?

    /// Moves the index of a finished MP4 to the front.
    ///
    /// - Returns: false where what was written can't be moved any more; players find the index all the same.
    func moveIndexToFront() throws -> Bool

    /// Whether it can be published under another name than it was created for.
    var isMovable: Bool { get }

    /// Shows the object under its name.
    ///
    /// - Returns: false if something is there that the name may not replace. One that is movable is still pending then,
    ///   any other is gone.
    func publish(as name: OutputName) throws -> Bool

    /// Leaves nothing behind. Safe from another thread than the writer's, and more than once.
    func discard()
}

extension PendingObject {
    private static var blockSize: Int { 1 << 20 }

    /// Writes all of a source.
    func fill(from source: any ByteSource) throws {
        let sink = sink
        try sink.reserveHead(capacity: 0)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize, alignment: 4096)
        defer { block.deallocate() }
        var offset: UInt64 = 0
        while offset < source.size {
            try Interruption.cancellation.check()
            let count = try source.read(at: offset, into: block)
            guard count > 0 else { throw ReportedError(.truncatedSource, .demux, "the source ends early") }
            try sink.write(UnsafeRawBufferPointer(rebasing: block[..<count]), at: offset)
            offset += UInt64(count)
        }
    }
}
