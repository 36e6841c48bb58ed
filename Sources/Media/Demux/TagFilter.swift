import CFFmpeg

/// Metadata that would be wrong, or lost, in the output.
enum TagFilter {
    /// Tags that describe the source's container.
    static let containerTags = ["major_brand", "minor_version", "compatible_brands", "encoder", "encoding_tool"]

    /// Tags of a video stream that describe its old encode: mkvmerge's statistics and the encoder.
    static func encodedVideoTags(in metadata: OpaquePointer?) -> [String] {
        names(in: metadata).filter { name in
            let name = name.lowercased()
            return ["bps", "number_of_bytes", "_statistics_"].contains { name.hasPrefix($0) }
                || ["encoder", "duration"].contains(name)
        }
    }

    /// User-defined stream tags: not language or title, nor anything written by a muxer or ripper.
    static func userTags(of metadata: OpaquePointer?) -> [String: String] {
        var userTags: [String: String] = [:]
        for (name, value) in tags(in: metadata) {
            // mkvmerge's end with a language.
            let plain = name.lowercased().split(separator: "-").first.map(String.init) ?? ""
            let isMuxers = ["bps", "number_of_", "_statistics_", "id3v2_priv", "source_id"].contains {
                plain.hasPrefix($0)
            }
            if !isMuxers, !technical.contains(plain) { userTags[name.lowercased()] = value }
        }
        return userTags
    }

    private static let technical: Set<String> = [
        "language", "title", "name", "handler_name", "vendor_id", "creation_time", "encoder", "duration", "rotate",
        "timecode", "reel_name", "filename", "mimetype", "variant_bitrate", "alpha_mode", "stereo_mode",
        "major_brand", "minor_version", "compatible_brands", "file_package_umid", "file_package_name", "track_name",
        "data_type", "reel_umid",
    ]

    /// Whether iTunes-style tags can't represent them all, so that `mdta` keys are needed.
    ///
    /// Source: FFmpeg, "Formats Documentation", mov muxer, use_metadata_tags.
    static func needsMdtaKeys(_ metadata: OpaquePointer?) -> Bool {
        names(in: metadata).contains {
            !iTunesKeys.contains($0.lowercased().split(separator: "-").first.map(String.init) ?? $0)
        }
    }

    /// Keys that the mov muxer writes as iTunes tags, or elsewhere in the file.
    private static let iTunesKeys: Set<String> = [
        "title", "artist", "album_artist", "composer", "album", "date", "encoder", "comment", "genre", "copyright",
        "grouping", "lyrics", "description", "synopsis", "show", "episode_id", "network", "keywords", "episode_sort",
        "season_number", "media_type", "hd_video", "gapless_playback", "compilation", "track", "disc", "tmpo",
        "creation_time", "timecode", "location", "encoding_tool",
    ]

    /// Whether the output's tags have one of the source's: without its language where that is the only one, or a place
    /// with other digits.
    static func have(_ name: String, _ value: String, in output: [String: String]) -> Bool {
        let parts = name.split(separator: "-")
        let plain = parts.count > 1 && parts.last?.count == 3 ? parts.dropLast().joined(separator: "-") : name
        return [output[name], output[plain]].contains { kept in
            kept == value || plain == "location" && isSamePlace(kept ?? "", value)
        }
    }

    /// Whether two places are less than about 10 m apart: `loci` boxes have 16 bits after the point, and libavformat
    /// reads four digits of them.
    ///
    /// Source: ISO 6709, Annex H; 3GPP TS 26.244, 8 (loci).
    private static func isSamePlace(_ one: String, _ other: String) -> Bool {
        func numbers(_ text: String) -> [Double] {
            text.replacing("+", with: " +").replacing("-", with: " -").split { " /".contains($0) }.compactMap {
                Double($0)
            }
        }
        let (one, other) = (numbers(one), numbers(other))
        return one.count >= 2 && one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) <= 0.0001 }
    }

    private static func names(in metadata: OpaquePointer?) -> [String] { tags(in: metadata).map(\.name) }
}
