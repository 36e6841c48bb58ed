/// Names that are surely no video: files that lie beside videos in a library.
///
/// A name that is not on this list is tried.
public enum NoVideoNames {
    /// Lower-case extensions, without the dot.
    public static let extensions: Set<String> = [
        // Subtitles and lyrics
        "srt", "sub", "idx", "ass", "ssa", "vtt", "smi", "sup", "lrc",
        // Pictures
        "jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "svg", "ico", "tbn", "psd",
        // Documents and data
        "txt", "md", "nfo", "json", "xml", "csv", "yaml", "yml", "pdf", "html", "htm", "url", "log", "doc", "docx",
        "sfv", "md5", "sha1", "sha256", "torrent", "m3u", "m3u8", "pls", "cue", "xmp", "thm", "db", "ini", "lnk",
        // Sound
        "mp3", "m4a", "aac", "flac", "wav", "ogg", "oga", "opus", "wma", "aif", "aiff", "ac3", "dts", "mka",
        // Archives and programs
        "zip", "rar", "7z", "gz", "xz", "tar", "exe", "dll", "sh", "bat", "part", "crdownload", "tmp",
    ]

    /// Whether a key's name is on the list, or is a hidden file's.
    public static func contains(_ key: String) -> Bool {
        let name = key.split(separator: "/").last ?? ""
        if name.hasPrefix(".") { return true }
        let pieces = name.split(separator: ".")
        guard pieces.count > 1, let last = pieces.last else { return false }
        return extensions.contains(last.lowercased())
    }
}
