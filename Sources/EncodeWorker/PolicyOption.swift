import ArgumentParser
import EncodeJob

/// The setting `policy`, where no folder of a bucket decides it.
enum PolicyOption {
    /// - Throws: `ValidationError`, naming where the wrong value comes from.
    static func resolve(_ option: String?) throws -> ResolutionPolicy {
        let text = option ?? Environment["REELPRESS_POLICY"] ?? ResolutionPolicy.preserve.rawValue
        if let policy = ResolutionPolicy(rawValue: text) { return policy }
        throw ValidationError(
            "\(option == nil ? "REELPRESS_POLICY" : "--policy") is \(text): it takes preserve, downscale")
    }
}
