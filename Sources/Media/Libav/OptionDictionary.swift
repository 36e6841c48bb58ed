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

    /// Lends the dictionary to a call that may take options out of it.
    mutating func pass(_ call: (UnsafeMutablePointer<OpaquePointer?>) -> Int32) -> Int32 {
        call(&dictionary)
    }
}
