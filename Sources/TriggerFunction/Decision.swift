import EncodeJob

/// What a record asks for.
enum Decision: Equatable {
    case encode(JobKeys, S3ObjectVersion)
    case skip(SkipReason)

    init(_ record: EventRecord) {
        let key = record.object.key
        guard record.isCreation else {
            self = .skip(.notCreated)
            return
        }
        guard let keys = JobKeys(source: key) else {
            self = .skip(key.utf8.starts(with: JobKeys.inputPrefix.utf8) ? .folder : .outsideInput)
            return
        }
        if record.object.size == 0 {
            self = .skip(.empty)
        } else if NonVideoExtensions.matches(key) {
            self = .skip(.notVideo)
        } else {
            self = .encode(keys, record.object)
        }
    }
}

/// Why an object is not encoded. The raw value is part of the response.
enum SkipReason: String {
    /// Nothing was created.
    case notCreated = "not an ObjectCreated event"
    /// The key is not under `input/`.
    case outsideInput = "outside input/"
    /// The key ends in a slash: a console's folder.
    case folder = "a folder"
    /// The object has no bytes.
    case empty = "zero bytes"
    /// The extension is on the list of those that are certainly not videos, or the file is hidden.
    case notVideo = "not a video, by its name"
}
