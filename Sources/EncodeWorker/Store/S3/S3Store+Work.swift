import AWSCore
import Containers
import Findings

/// Conditional writes as S3 has them: "How to prevent object overwrites with conditional writes", Amazon S3 User Guide.
extension S3Store {
    var isBucket: Bool { true }

    func putNew(_ key: String, _ bytes: [UInt8]) throws -> Bool {
        var options = session.options("application/json")
        options.ifNoneMatch = true
        do {
            _ = try session.client.putObject(location(key), bytes, options: options)
            return true
        } catch {
            // 412: there is an object; 409: another request writes the key now.
            guard [409, 412].contains(error.status) else { throw ReportedError(error, .mux, isSource: false) }
            // The answer to an earlier try may have been lost.
            return try contents(key, limit: max(bytes.count, 1 << 20)) == bytes
        }
    }

    func createWork(_ key: String) -> any StagedObject {
        StagedUpload(
            session.client, location(key), .free(key), session.options("application/octet-stream"), limit: nil,
            isFree: { try describe(key) == nil })
    }

    func openWork(_ key: String) throws -> (any ByteSource)? {
        do { return try S3Source(session.client, location(key)) } catch {
            if error.status == 404 { return nil }
            throw ReportedError(error, .open, isSource: false)
        }
    }

    func contents(_ key: String, limit: Int) throws -> [UInt8]? {
        let bytes: [UInt8]
        do { bytes = try session.client.getObject(location(key)) } catch {
            if error.status == 404 { return nil }
            throw ReportedError(error, .open, isSource: false)
        }
        guard bytes.count <= limit else {
            throw ReportedError(
                .limit, .open, "\(key) has \(bytes.count) bytes, more than \(limit)", advice: "remove it")
        }
        return bytes
    }

    func entries(below prefix: String) throws -> [StoredEntry] {
        do {
            return try objects(below: prefix).map {
                StoredEntry(key: $0.key, size: $0.size, time: Int64($0.modified?.seconds ?? 0) * 1_000_000_000)
            }
        } catch { throw ReportedError(error, .open, isSource: false) }
    }

    func remove(_ key: String) throws {
        do { try session.client.deleteObject(location(key)) } catch {
            throw ReportedError(error, .mux, isSource: false)
        }
    }

    func removeStaged(below prefix: String) throws { try abortUploads(below: prefix) }
}
