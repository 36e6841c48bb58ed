import AWSCore
import Findings
import JobReport
import Threads

/// A bucket.
struct S3Store: ObjectStore {
    let bucket: String
    let session: S3Session
    /// The version to open instead of the current object of its key.
    private let version: ObjectLocation?

    init(_ bucket: String, _ session: S3Session, version: ObjectLocation? = nil) {
        self.bucket = bucket
        self.session = session
        self.version = version
    }

    func location(_ key: String) -> ObjectLocation { ObjectLocation(bucket: bucket, key: key) }

    /// Source: Amazon S3 User Guide, "Naming Amazon S3 objects".
    func allows(_ key: String) -> Bool { key.utf8.count <= ObjectLocation.longestKey }

    func keys(below prefix: String) throws -> [String] {
        do { return try objects(below: prefix).map(\.key) } catch {
            throw ReportedError(error, .open, isSource: true)
        }
    }

    /// All pages of a listing.
    func objects(below prefix: String) throws(AWSError) -> [ListedObject] {
        var found: [ListedObject] = []
        var continuation: String?
        repeat {
            let page = try session.client.listObjects(bucket: bucket, prefix: prefix, continuation: continuation)
            found += page.objects
            continuation = page.continuation
        } while continuation != nil
        return found
    }

    func describe(_ key: String) throws -> ObjectDescription? {
        do {
            let found = try withReason(location(key)) { location throws(AWSError) in
                try session.client.headObject(location)
            }
            return ObjectDescription(
                size: found.size, etag: found.etag, metadata: S3Metadata.read(found.metadata))
        } catch {
            if error.status == 404 { return nil }
            throw ReportedError(error, .open, isSource: false)
        }
    }

    func open(_ key: String) throws -> OpenedObject {
        let pinned = version.flatMap { $0.key == key ? $0 : nil }
        let source: S3Source
        do {
            source = try withReason(pinned ?? location(key)) { location throws(AWSError) in
                try S3Source(session.client, location)
            }
        } catch { throw ReportedError(error, .open, isSource: true) }
        var opened = OpenedObject(bytes: source, etag: source.attributes.etag)
        guard let pinned else { return opened }
        opened.versionID = pinned.versionID
        // A deletion removes only the current object: the version can still be read.
        guard let current = try describe(key) else {
            throw ReportedError(
                .noSource, .open, "\(key) was deleted after its job was submitted", advice: "upload it again")
        }
        if current.etag != opened.etag { opened.newerETag = current.etag }
        return opened
    }

    /// The response to HEAD has no body, so a refusal has no reason. A listing of nothing is refused with a reason, and
    /// so is a GET of an object that can't be described (encrypted with a key that isn't ours); if neither is refused,
    /// the error may have been temporary.
    private func withReason<Value>(
        _ location: ObjectLocation, _ head: (ObjectLocation) throws(AWSError) -> Value
    ) throws(AWSError) -> Value {
        do { return try head(location) } catch {
            guard error.operation == "HeadObject", [400, 403, 404].contains(error.status) else { throw error }
            do throws(AWSError) { _ = try session.client.listObjects(bucket: bucket, prefix: error.resource) } catch {
                if error.kind == .service, error.code != "AccessDenied" { throw error }
            }
            if error.status == 404 { throw error }
            if error.status == 400 {
                do throws(AWSError) { try session.client.readFirstByte(location) } catch {
                    if error.code == "InvalidRequest" { throw error }
                }
            }
            return try head(location)
        }
    }

    func create(_ name: OutputName, metadata: OutputMetadata, limit: UInt64?) -> any StagedObject {
        StagedUpload(
            session.client, location(name.key), name, session.options(name.mediaType, metadata), limit: limit,
            isFree: { try isFree(name) })
    }

    func copy(
        _ source: OpenedObject, to name: OutputName, metadata: OutputMetadata, cancellation: Cancellation
    ) throws -> Bool {
        guard let original = source.bytes as? S3Source else {
            return try copyThrough(source, to: name, metadata: metadata, cancellation: cancellation)
        }
        guard try isFree(name) else { return false }
        let options = session.options(original.attributes.contentType, metadata).replacing(name.replaces)
        do {
            _ = try session.client.copy(
                from: original.location, ifMatch: original.attributes.etag, to: location(name.key), options: options)
            return true
        } catch {
            if error.isWriteConflict { return false }
            throw ReportedError(error, .mux, isSource: false)
        }
    }

    /// Whether an object may be published under the name now: not every server supports the conditions of a write.
    private func isFree(_ name: OutputName) throws -> Bool {
        let found = try describe(name.key)
        return switch name.replaces {
        case .anything: true
        case .nothing: found == nil
        case .object(let etag): found?.etag == etag
        }
    }

    var traffic: Traffic? { session.traffic }

    func put(_ key: String, _ bytes: [UInt8], mediaType: String) throws {
        do {
            _ = try session.lasting.putObject(location(key), bytes, options: session.options(mediaType))
        } catch { throw ReportedError(error, .mux, isSource: false) }
    }

    func tag(_ source: OpenedObject, _ key: String, _ tag: SourceTag) throws {
        let tagged = (source.bytes as? S3Source)?.location ?? location(key)
        do {
            try session.client.addObjectTag(tagged, tag.key, tag.value, ifMatch: source.etag)
        } catch { throw ReportedError(error, .mux, isSource: true) }
    }

    /// Aborts the multipart uploads of exactly this key.
    func removeUnfinished(of key: String) throws {
        try abortUploads(below: key) { $0.utf8.elementsEqual(key.utf8) }
    }

    /// Aborts the multipart uploads of the keys that start with a prefix.
    func abortUploads(below prefix: String, where isMeant: (_ key: String) -> Bool = { _ in true }) throws {
        do {
            var continuation: MultipartUploadListing.Marker?
            repeat {
                let page = try session.client.listMultipartUploads(
                    bucket: bucket, prefix: prefix, continuation: continuation)
                for upload in page.uploads where isMeant(upload.key) {
                    try session.client.abortMultipartUpload(location(upload.key), uploadID: upload.uploadID)
                }
                continuation = page.continuation
            } while continuation != nil
        } catch {
            // Some servers answer so for a bucket without uploads.
            if error.operation == "ListMultipartUploads", error.code == "NoSuchUpload" { return }
            throw ReportedError(error, .mux, isSource: false)
        }
    }
}

extension ObjectOptions {
    /// With the condition that keeps objects of other jobs from being replaced.
    func replacing(_ replacement: OutputName.Replacement) -> ObjectOptions {
        var options = self
        switch replacement {
        case .nothing: options.ifNoneMatch = true
        case .object(let etag): options.ifMatch = etag
        case .anything: break
        }
        return options
    }
}
