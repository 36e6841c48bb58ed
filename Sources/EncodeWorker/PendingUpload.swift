import AWSCore
import Containers
import Findings
import Media
import Synchronization

/// An object of S3 that is being uploaded in parts until it is published.
///
/// Sendable although unchecked: `writer` and `isEnded` are touched under `lock` alone.
final class PendingUpload: PendingObject, ByteSink, @unchecked Sendable {
    private let store: S3Store
    private let session: S3Session
    private let name: OutputName
    private var options: ObjectOptions
    private let limit: UInt64?
    private let lock = Mutex(())
    /// There from the first byte on.
    private var writer: ObjectWriter?
    private var isEnded = false

    init(_ store: S3Store, _ session: S3Session, _ name: OutputName, _ options: ObjectOptions, limit: UInt64?) {
        self.limit = limit
        self.store = store
        self.session = session
        self.name = name
        self.options = options
        self.options.set(name.replaces)
    }

    var sink: any ByteSink { self }
    /// An upload is bound to its key from the start.
    var isMovable: Bool { false }

    func reopen() -> (any ByteSource)? { nil }

    func moveIndexToFront() -> Bool { false }

    func reserveHead(capacity: UInt64) {
        lock.withLock { _ in
            guard writer == nil, !isEnded else { return }
            writer = ObjectWriter(
                session.client, ObjectLocation(bucket: store.bucket, key: name.key), options: options,
                headSize: Int(clamping: capacity), expectedSize: limit ?? 0)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        try lock.withLock { _ in
            do throws(AWSError) { try openWriter().write(bytes, at: offset) } catch {
                throw S3Failure.error(error, .mux, isSource: false)
            }
        }
    }

    func publish(as name: OutputName) throws -> Bool {
        // Not every server keeps the conditions of the upload, and a lost race is cheaper before the last part.
        guard name == self.name, try store.isFree(name) else {
            discard()
            return false
        }
        return try lock.withLock { _ in
            let writer = try openWriter()
            isEnded = true
            do throws(AWSError) { _ = try writer.finish() } catch {
                if error.isWriteConflict { return false }
                throw S3Failure.error(error, .mux, isSource: false)
            }
            return true
        }
    }

    /// The writer, unless the upload was given up by another thread.
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
