/// Writes an object of unknown length: appends in order and, where a head is asked for, rewrites inside that. Parts are
/// uploaded in order by threads of the writer's own while the caller goes on; the head is kept in memory and uploaded
/// last, as part 1. An object no longer than the first part is one PutObject. Nothing is visible under the key before
/// `finish`.
///
/// Used from one thread. The client's cancellation makes writes fail with an error of kind `cancelled`. Ends with `finish` or `abort`; `deinit` aborts what did neither.
public final class ObjectWriter {
    private let client: S3Client
    private let location: ObjectLocation
    private let options: ObjectOptions
    private let upload: PartUpload
    private let plan: PartPlan
    /// The bytes that may be written again; nil where there is no head.
    private let head: PartBuffer?
    private let headCapacity: Int
    private var part: PartBuffer?
    private var partCapacity = 0
    private var partCount = 0
    /// The end of what is written, in bytes.
    public private(set) var size: UInt64 = 0
    private var isEnded = false

    /// A writer; no request is sent yet.
    ///
    /// - Parameters:
    ///   - headSize: the bytes from the start that may be written again, at least 8 MiB; 0 makes the writer append only.
    ///   - expectedSize: of the whole, in bytes, where known roughly: needed for objects over 32 TiB only.
    ///   - threads: uploads at a time. Memory is the head and, up to 4 GiB of output, 8 MiB for each and one more.
    public init(
        _ client: S3Client, _ location: ObjectLocation, options: ObjectOptions = ObjectOptions(), headSize: Int = 0,
        expectedSize: UInt64 = 0, threads: Int = 3
    ) {
        self.client = client
        self.location = location
        self.options = options
        upload = PartUpload(client, location, options, firstNumber: headSize > 0 ? 2 : 1, threads: threads)
        plan = PartPlan(expectedSize: expectedSize)
        headCapacity = headSize > 0 ? max(headSize, plan.size(at: 0)) : 0
        head = headSize > 0 ? PartBuffer(capacity: headCapacity) : nil
    }

    deinit { if !isEnded { upload.cancel() } }

    /// Appends at the end, or writes inside the head. A gap inside the head is filled with zeros.
    ///
    /// - Throws: `AWSError`, of an earlier part's upload too.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(AWSError) {
        guard !isEnded else { throw location.error(.configuration, "UploadPart", "a write after the end") }
        var bytes = bytes[...]
        var offset = offset
        if let head, offset < UInt64(headCapacity), !bytes.isEmpty {
            let taken = min(bytes.count, headCapacity - Int(offset))
            write(UnsafeRawBufferPointer(rebasing: bytes.prefix(taken)), in: head, at: Int(offset))
            bytes = bytes.dropFirst(taken)
            offset += UInt64(taken)
        }
        if bytes.isEmpty { return }
        guard offset == size else {
            throw location.error(
                .configuration, "UploadPart",
                "a write at \(offset), but the end is \(size) and only the first \(headCapacity) bytes can be rewritten"
            )
        }
        while !bytes.isEmpty { bytes = bytes.dropFirst(try append(UnsafeRawBufferPointer(rebasing: bytes))) }
    }

    /// Uploads the rest and publishes the object.
    ///
    /// - Returns: the object's ETag.
    /// - Throws: `AWSError`; then the upload was aborted. `isWriteConflict` where the conditions failed, or where another
    ///   request wrote the key at the same time: the whole upload must start again.
    public func finish() throws(AWSError) -> ETag {
        guard !isEnded else { throw location.error(.configuration, "UploadPart", "finished already") }
        isEnded = true
        do {
            if let head, size <= UInt64(headCapacity) { return try put(head, count: Int(size)) }
            if head == nil, !upload.isStarted {
                return try put(part ?? PartBuffer(capacity: 1), count: partCount)
            }
            try uploadPart()
            return try upload.complete(head.map { ($0, headCapacity) }, size: size)
        } catch {
            upload.cancel()
            throw error
        }
    }

    /// Gives the object up and removes what was uploaded. Best effort: it can't fail, as it runs where something has.
    public func abort() {
        guard !isEnded else { return }
        isEnded = true
        upload.cancel()
    }

    private func write(_ bytes: UnsafeRawBufferPointer, in head: PartBuffer, at offset: Int) {
        let end = Int(min(size, UInt64(headCapacity)))
        if offset > end {
            UnsafeMutableRawBufferPointer(rebasing: head.bytes[end..<offset]).initializeMemory(
                as: UInt8.self, repeating: 0)
        }
        UnsafeMutableRawBufferPointer(rebasing: head.bytes[offset...]).copyMemory(from: bytes)
        size = max(size, UInt64(offset + bytes.count))
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws(AWSError) -> Int {
        if part != nil, partCount == partCapacity { try uploadPart() }
        let buffer: PartBuffer
        if let part {
            buffer = part
        } else {
            partCapacity = plan.size(at: size)
            buffer = try upload.buffer(capacity: partCapacity)
            part = buffer
            partCount = 0
        }
        let taken = min(bytes.count, partCapacity - partCount)
        UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[partCount...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(taken)))
        partCount += taken
        size += UInt64(taken)
        // A full first part waits for the byte after it: what fits into one part is one PutObject.
        if partCount == partCapacity, head != nil || upload.isStarted { try uploadPart() }
        return taken
    }

    private func put(_ buffer: PartBuffer, count: Int) throws(AWSError) -> ETag {
        try client.putObject(location, UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]), options: options)
    }

    private func uploadPart() throws(AWSError) {
        guard let full = part else { return }
        part = nil
        try upload.add(full, count: partCount)
    }
}
