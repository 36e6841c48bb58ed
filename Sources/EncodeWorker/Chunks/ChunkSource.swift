import Containers
import Findings
import Synchronization

/// A chunk's file as a source. It is opened when it is read, so that of hundreds of chunks only a few hold buffers.
///
/// Sendable although unchecked: used from one thread at a time, as `ByteSource` requires.
final class ChunkSource: ByteSource, @unchecked Sendable {
    let name: ChunkName
    let size: UInt64
    private let folder: WorkFolder
    private let opened: OpenChunks

    /// - Parameters:
    ///   - size: by the listing, in bytes.
    ///   - opened: shared by all chunks of an output.
    init(_ name: ChunkName, size: UInt64, in folder: WorkFolder, _ opened: OpenChunks) {
        self.name = name
        self.size = size
        self.folder = folder
        self.opened = opened
    }

    /// - Throws: `Missing` if the file was removed; `ReportedError`.
    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let source = try opened.source(of: name) {
            guard let found = try folder.store.openWork(folder.key(.chunk(name))), found.size == size else {
                throw Missing(chunk: name)
            }
            return found
        }
        do { return try source.read(at: offset, into: buffer) } catch let error as ReportedError
            where error.code == .noSource || error.code == .modifiedSource
        { throw Missing(chunk: name) }
    }

    /// Another worker removed the file: it found the plan gone, or cleans up after another output.
    struct Missing: Error {
        var chunk: ChunkName
    }
}

/// The files of chunks that were read last.
final class OpenChunks: Sendable {
    /// One that is copied, and its neighbour, which it is compared with.
    private static let capacity = 2
    private let sources = Mutex<[(name: ChunkName, source: any ByteSource)]>([])

    func source(of name: ChunkName, _ open: () throws -> any ByteSource) throws -> any ByteSource {
        if let found = sources.withLock({ $0.first { $0.name == name }?.source }) { return found }
        let source = try open()
        sources.withLock { sources in
            if sources.count == Self.capacity { sources.removeFirst() }
            sources.append((name, source))
        }
        // The threads of each that was read leave memory behind.
        Machine.returnFreedMemory()
        return source
    }
}
