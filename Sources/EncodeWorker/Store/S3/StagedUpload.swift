import AWSCore
import Containers
import Findings
import Synchronization

/// An object of S3 that is being uploaded in parts until it is published.
///
/// Sendable although unchecked: `writer` and `isEnded` are touched under `lock` alone.
final class StagedUpload: StagedObject, ByteSink, @unchecked Sendable {
    private let client: S3Client
    private let location: ObjectLocation
    private let name: OutputName
    private let options: ObjectOptions
    private let limit: UInt64?
    private let isFree: @Sendable () throws -> Bool
    private let lock = Mutex(())
    /// Nil until the first byte.
    private var writer: ObjectWriter?
    private var isEnded = false

    /// - Parameters:
    ///   - name: the only name that it can be published under.
    ///   - isFree: whether the object that is there now may be replaced.
    init(
        _ client: S3Client, _ location: ObjectLocation, _ name: OutputName, _ options: ObjectOptions, limit: UInt64?,
        isFree: @escaping @Sendable () throws -> Bool
    ) {
        self.client = client
        self.location = location
        self.name = name
        self.options = options.replacing(name.replaces)
        self.limit = limit
        self.isFree = isFree
    }

    var sink: any ByteSink { self }
    /// An upload is bound to its key from the start.
    var isMovable: Bool { false }

    func reopen() -> (any ByteSource)? { nil }

    func makeFaststart() -> Bool { false }

    func reserveHead(capacity: UInt64) {
        lock.withLock { _ in
            guard writer == nil, !isEnded else { return }
            writer = ObjectWriter(
                client, location, options: options, headSize: Int(clamping: capacity), expectedSize: limit ?? 0)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        try lock.withLock { _ in
            do throws(AWSError) { try openWriter().write(bytes, at: offset) } catch {
                throw ReportedError(error, .mux, isSource: false)
            }
        }
    }

    func publish(as name: OutputName) throws -> Bool {
        // Not every server supports the conditions of the upload, and a lost race is cheaper before the last part.
        guard name == self.name, try isFree() else {
            discard()
            return false
        }
        return try lock.withLock { _ in
            let writer = try openWriter()
            isEnded = true
            do throws(AWSError) { _ = try writer.finish() } catch {
                if error.isWriteConflict { return false }
                throw ReportedError(error, .mux, isSource: false)
            }
            return true
        }
    }

    /// The writer, unless another thread discarded the upload.
    private func openWriter() throws(AWSError) -> ObjectWriter {
        guard !isEnded, let writer else { throw AWSError(.cancelled, message: "the upload has ended") }
        return writer
    }

    func discard() {
        lock.withLock { _ in
            if !isEnded { writer?.abort() }
            isEnded = true
        }
    }
}
