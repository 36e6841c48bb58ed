import AWSCore
import Containers
import Findings

/// An object of S3 as a source.
///
/// Sendable although unchecked: the reader is used from one thread at a time, as `ByteSource` requires; the engine hands the
/// source from the thread that opens it to the one that demuxes.
final class S3Source: ByteSource, @unchecked Sendable {
    let location: ObjectLocation
    let attributes: ObjectAttributes
    private let reader: ObjectReader

    /// Bytes: some seconds of any source at an encoder's speed.
    private static let readAhead = 24 << 20

    init(_ client: S3Client, _ location: ObjectLocation) throws(AWSError) {
        let reader = try ObjectReader(client, location, memory: Self.readAhead)
        self.location = location
        attributes = reader.attributes
        self.reader = reader
    }

    var size: UInt64 { attributes.size }

    func limitReadAhead(to offset: UInt64) { reader.limitReadAhead(to: offset) }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        do { return try reader.read(at: offset, into: buffer) } catch {
            throw ReportedError(error, .demux, isSource: true)
        }
    }
}
