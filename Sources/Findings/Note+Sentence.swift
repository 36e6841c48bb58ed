extension Note: CustomStringConvertible {
    /// The note as one clause: lower case at the start, no full stop.
    public var description: String {
        switch self {
        case .timestampsRepaired(let frames):
            frames == 1
                ? "1 frame had a missing or out-of-order timestamp"
                : "\(frames) frames had missing or out-of-order timestamps"
        case .framesDamaged(let frames):
            "\(count(frames, "frame")) \(frames == 1 ? "was" : "were") damaged in the source"
        case .packetsUndecodable(let packets): "\(count(packets, "video packet")) could not be decoded"
        case .packetsIncomplete(let packets):
            "\(count(packets, "video packet")) \(packets == 1 ? "is" : "are") incomplete in the source"
        case .timestampGaps(let gaps, let missing):
            "the source has \(count(gaps, "timestamp gap")): \(count(missing, "frame")) "
                + "\(missing == 1 ? "appears" : "appear") to be missing"
        case .videoStartLost(let seconds):
            "the first \((seconds * 100).rounded() / 100) s of the video are missing: "
                + "they can't be decoded without the keyframe before them"
        case .streamEndIncomplete(let stream):
            "stream \(stream) ends in the middle of a packet: the recording was stopped there, or the file was truncated"
        case .framesDeinterlaced(let frames):
            "\(count(frames, "interlaced frame")) \(frames == 1 ? "was" : "were") deinterlaced"
        case .framesResized(let frames):
            frames == 1
                ? "1 frame of another resolution was scaled to fit the first frame's"
                : "\(frames) frames of other resolutions were scaled to fit the first frame's"
        case .dolbyVisionNotRescaled(let frames):
            "the Dolby Vision metadata of \(count(frames, "frame")) could not be parsed: "
                + (frames == 1 ? "its active area is" : "their active areas are") + " still the source's"
        case .framesKeptInterlaced(let frames):
            "\(count(frames, "interlaced frame")) \(frames == 1 ? "was" : "were") encoded as interlaced"
        case .streamDropped(let stream, let kind, let codec, let reason):
            "stream \(stream) (\(codec) \(kind)) was dropped: \(reason.sentence(codec: codec))"
        case .padded(let from, let to): "padded from \(from) to \(to): HEVC 4:2:0 needs even dimensions"
        case .cropped(let from, let to): "cropped from \(from) to \(to), as the source's container specifies"
        case .orientationApplied:
            "the source's orientation was applied to the frames: Matroska players ignore orientation metadata"
        case .orientationLost:
            "the source's rotation by no multiple of 90° was not kept: Matroska players ignore orientation metadata"
        case .stereoLayoutLost: "the stereoscopic layout was not kept: mp4 cannot signal it, mkv can"
        case .colorProfileLost: "the source's ICC profile was not kept: video players ignore it"
        case .dolbyVisionRemoved(let profile, let baseLayer):
            "Dolby Vision profile \(profile) was removed: players show the base layer "
                + (baseLayer.map { "(\($0))" } ?? "with wrong colours")
        case .dolbyVisionOnly(let profile):
            "Dolby Vision profile \(profile) was kept: it has no compatible base layer, "
                + "so players without Dolby Vision show wrong colours"
        case .chapterFeaturesLost(let editions, let ordered, let nested, let hidden, let translated):
            "chapter features not kept: \(features(editions, ordered, nested, hidden, translated))"
        case .audioUnpacked(let stream, let codec, let storedAs):
            "stream \(stream) (\(codec) audio) is stored as \(storedAs): the samples are unchanged"
        case .encodedWhole(.noRandomAccess):
            "the video was encoded in one piece: it has no random access points at which it could be divided"
        case .encodedWhole(.parameters):
            "the video was encoded in one piece: its x265 parameters don't allow chunks"
        case .encodedWhole(.seams):
            "the video was encoded in one piece: its frames decode differently after a seek"
        case .crfNotSearched:
            "no CRF was searched for the video: it is too short, or can't be sampled"
        case .qualityTargetMissed(let target, let expected):
            "the video does not reach the quality target of \(target) dB: it has about \(expected) dB with the lowest CRF"
        case .playbackSpeedIgnored(let stream, let speeds):
            "parts of stream \(stream) have a playback speed other than 1 "
                + "(\(speeds.map { "\($0)" }.joined(separator: ", "))): the output plays them at normal speed"
        case .packetsDroppedAtStart(let stream, let packets):
            "\(count(packets, "packet")) at the start of stream \(stream) "
                + (packets == 1
                    ? "was dropped: it is not a complete audio frame"
                    : "were dropped: they are not complete audio frames")
        case .packetsNotUnpacked(let stream, let packets):
            "\(count(packets, "packet")) of stream \(stream) could not be unpacked and \(packets == 1 ? "was" : "were") dropped"
        case .channelLayoutLost(let stream, let layout, let storedAs):
            "the channel layout \(layout) of stream \(stream) was not kept: players take it for \(storedAs)"
        case .timestampDiscontinuities(let number):
            "\(count(number, "timestamp discontinuity", "timestamp discontinuities")) "
                + "\(number == 1 ? "was" : "were") removed: timestamps continue there without a gap"
        case .streamLate(let stream, let kind, let codec):
            "stream \(stream) (\(codec) \(kind)) was dropped: it starts in the middle of the source"
        case .dispositionsLost(let stream, let names):
            "the disposition\(names.count == 1 ? "" : "s") \(names.joined(separator: ", ")) of stream \(stream) "
                + "\(names.count == 1 ? "was" : "were") not kept"
        case .languageLost(let stream, let language, let storedAs):
            "the language \(language) of stream \(stream) "
                + (storedAs.map { "is stored as \($0)" } ?? "was not kept")
        case .titleLost(let stream, let title): "the title of stream \(stream) was not kept: \(title)"
        case .streamTagsLost(let stream, let names):
            "\(count(names.count, "tag")) of stream \(stream) \(names.count == 1 ? "was" : "were") not kept: "
                + names.joined(separator: ", ")
        case .tagLost(let name, let value): "the tag \(name) was not kept: \(value)"
        case .notFaststart: "the output is not faststart: its index (moov or Cues) is after the media data"
        case .sourceKept(let reason): "kept: \(reason.sentence)"
        case .skipped(let reason): "skipped: \(reason.sentence)"
        case .sourceReplaced:
            "the source was replaced after the job was submitted: this report is about the newer version"
        case .sourceNotTagged(let error): "the source could not be tagged: \(error)"
        case .uploadsNotRemoved(let key, let error): "unfinished uploads of \(key) could not be removed: \(error)"
        case .helpersMissing(let error): "the job was encoded without helpers: \(error)"
        case .reportNotWritten(let error): "the report could not be written: \(error)"
        case .other(let text): text
        }
    }

    private func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many ?? "\(one)s")"
    }

    private func features(_ editions: Int, _ ordered: Int, _ nested: Int, _ hidden: Int, _ translated: Int) -> String {
        var list: [String] = []
        if editions > 1 { list.append("\(editions) editions") }
        if ordered > 0 { list.append("the playback order of \(count(ordered, "ordered edition"))") }
        if nested > 0 { list.append(count(nested, "nested chapter")) }
        if hidden > 0 { list.append("the hidden flag\(hidden == 1 ? "" : "s") of \(count(hidden, "chapter"))") }
        if translated > 0 { list.append("the translations of \(count(translated, "chapter name"))") }
        return list.joined(separator: ", ")
    }
}

extension Note.DropReason {
    /// The reason as a clause, also for `probe`.
    public func sentence(codec: String) -> String {
        switch self {
        case .unsupportedByContainer(let container): "\(container) does not support \(codec)"
        case .missingParameters: "the start of the source does not describe its format"
        case .empty: "it is empty"
        case .storedAsChapters: "its text is stored as chapters"
        case .storedAsTimecode: "its start is stored as the timecode tag"
        }
    }
}

extension CopyReason {
    var sentence: String {
        switch self {
        case .larger: "the output would be larger"
        case .efficient: "the source is already HEVC with few bits per pixel"
        }
    }
}

extension Note.SkipReason {
    var sentence: String {
        switch self {
        case .sourceIsBetter(let reason): reason.sentence
        case .notAVideo: "the file name is not a video's"
        }
    }
}
