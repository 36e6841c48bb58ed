import EncodeJob

/// Why an object is not encoded. The raw value is part of the response.
enum SkipReason: String {
    /// Nothing was created.
    case notCreated = "not an ObjectCreated event"
    /// The key is not under `input/`.
    case outsideInput = "outside input/"
    /// The key ends in a slash: a console's folder.
    case folder = "a folder"
    /// There is nothing in it.
    case empty = "zero bytes"
    /// The name is on the list of those that are surely no video.
    case noVideo = "surely no video by its name"

    /// - Returns: nil for a record whose object is to be encoded.
    init?(_ record: EventRecord) {
        let key = record.upload.key
        if !record.isCreation {
            self = .notCreated
        } else if !key.utf8.starts(with: JobKeys.inputPrefix.utf8) {
            self = .outsideInput
        } else if key.utf8.last == UInt8(ascii: "/") {
            self = .folder
        } else if record.upload.size == 0 {
            self = .empty
        } else if NoVideoNames.contains(key) {
            self = .noVideo
        } else {
            return nil
        }
    }
}
