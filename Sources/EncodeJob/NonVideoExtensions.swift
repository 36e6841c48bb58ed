/// Extensions of files that are certainly not videos, of the kinds that are kept next to videos in a library.
///
/// A name whose extension is not listed is tried.
public enum NonVideoExtensions {
    /// Lower-case extensions, without the dot.
    public static let all: Set<String> = [
        // Subtitles and lyrics
        "srt", "sub", "idx", "ass", "ssa", "vtt", "smi", "sup", "lrc",
        // Images
        "jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "svg", "ico", "tbn", "psd",
        // Documents and data
        "txt", "md", "nfo", "json", "xml", "csv", "yaml", "yml", "pdf", "html", "htm", "url", "log", "doc", "docx",
        "sfv", "md5", "sha1", "sha256", "torrent", "m3u", "m3u8", "pls", "cue", "xmp", "thm", "db", "ini", "lnk",
        // Audio
        "mp3", "m4a", "aac", "flac", "wav", "ogg", "oga", "opus", "wma", "aif", "aiff", "ac3", "dts", "mka",
        // Archives and programs
        "zip", "rar", "7z", "gz", "xz", "tar", "exe", "dll", "sh", "bat", "part", "crdownload", "tmp",
    ]

    /// Whether a key's extension is on the list, or its name is a hidden file's.
    public static func matches(_ key: String) -> Bool {
        let name = key.split(separator: "/").last ?? ""
        if name.hasPrefix(".") { return true }
        return NameExtension.of(key).map { all.contains($0.lowercased()) } ?? false
    }
}
