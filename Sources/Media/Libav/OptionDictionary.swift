import CFFmpeg

/// Options for a libav* call; the one owner of its AVDictionary.
///
/// Source: FFmpeg, "libavutil/dict.h".
struct OptionDictionary: ~Copyable {
    private var dictionary: OpaquePointer?

    init() {}

    deinit {
        var dictionary = dictionary
        av_dict_free(&dictionary)
    }

    subscript(name: String) -> String? {
        get { tag(name, in: dictionary) }
        set { av_dict_set(&dictionary, name, newValue, 0) }
    }

    /// Passes the dictionary to a call that may remove options from it.
    mutating func pass(_ call: (UnsafeMutablePointer<OpaquePointer?>) -> Int32) -> Int32 {
        call(&dictionary)
    }
}

/// A metadata entry's value. Source: FFmpeg, "libavutil/dict.h".
func tag(_ key: String, in metadata: OpaquePointer?) -> String? {
    av_dict_get(metadata, key, nil, 0).map { String(cString: $0.pointee.value) }
}

/// All metadata entries, in the library's order. Source: FFmpeg, "libavutil/dict.h".
func tags(in metadata: OpaquePointer?) -> [(name: String, value: String)] {
    var tags: [(name: String, value: String)] = []
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while let next = av_dict_get(metadata, "", entry, AV_DICT_IGNORE_SUFFIX) {
        tags.append((String(cString: next.pointee.key), String(cString: next.pointee.value)))
        entry = next
    }
    return tags
}
