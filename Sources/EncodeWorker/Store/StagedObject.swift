import Containers
import Findings
import Threads

/// An object that is being written; discarded unless it is published.
protocol StagedObject: AnyObject, Sendable {
    var sink: any ByteSink { get }

    /// The whole content, to be verified before it is published; nil if only a published object can be read.
    func reopen() throws -> (any ByteSource)?

    /// Moves the moov box of a finished MP4 to the front.
    ///
    /// - Returns: false if the store can't move what was written; players find the index nevertheless.
    func makeFaststart() throws -> Bool

    /// Whether it can be published under another name than it was created for.
    var isMovable: Bool { get }

    /// Makes the object appear under its name.
    ///
    /// - Returns: false if an object is there that the name may not replace. A movable object is still staged then, any
    ///   other is gone.
    func publish(as name: OutputName) throws -> Bool

    /// Leaves nothing. Safe from another thread than the writer's, and more than once.
    func discard()
}

extension StagedObject {
    private static var blockSize: Int { 1 << 20 }

    /// Writes all of a source.
    func fill(from source: any ByteSource, cancellation: Cancellation) throws {
        let sink = sink
        try sink.reserveHead(capacity: 0)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize, alignment: 4096)
        defer { block.deallocate() }
        var offset: UInt64 = 0
        while offset < source.size {
            try cancellation.check()
            let count = try source.read(at: offset, into: block)
            guard count > 0 else { throw ReportedError(.truncatedSource, .demux, "the source ends early") }
            try sink.write(UnsafeRawBufferPointer(rebasing: block[..<count]), at: offset)
            offset += UInt64(count)
        }
    }
}
