/// A note is one flat JSON object: its `kind` and the fields of that.
extension Note: Codable {
    private enum Field: String, CodingKey {
        case kind, frames, packets, gaps, missingFrames, stream, streamKind, codec, reason, from, to,
            transform, profile, baseLayer, editions, orderedEditions, nestedChapters, hiddenChapters,
            translatedChapters, storedAs, speeds, discontinuities, dispositions, language, title, tags, name,
            value, error, key, text, container, target, expected, seconds, layout
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(kind, forKey: .kind)
        switch self {
        case .timestampsRepaired(let frames), .framesDamaged(let frames), .framesDeinterlaced(let frames),
            .framesResized(let frames), .dolbyVisionNotRescaled(let frames), .framesKeptInterlaced(let frames):
            try fields.encode(frames, forKey: .frames)
        case .packetsUndecodable(let packets), .packetsIncomplete(let packets):
            try fields.encode(packets, forKey: .packets)
        case .timestampGaps(let gaps, let missingFrames):
            try fields.encode(gaps, forKey: .gaps)
            try fields.encode(missingFrames, forKey: .missingFrames)
        case .videoStartLost(let seconds):
            try fields.encode(seconds, forKey: .seconds)
        case .channelLayoutLost(let stream, let layout, let storedAs):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(layout, forKey: .layout)
            try fields.encode(storedAs, forKey: .storedAs)
        case .streamEndIncomplete(let stream):
            try fields.encode(stream, forKey: .stream)
        case .streamDropped(let stream, let streamKind, let codec, let reason):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(streamKind, forKey: .streamKind)
            try fields.encode(codec, forKey: .codec)
            try fields.encode(reason.name.rawValue, forKey: .reason)
            if case .unsupportedByContainer(let container) = reason {
                try fields.encode(container, forKey: .container)
            }
        case .padded(let from, let to), .cropped(let from, let to):
            try fields.encode(from, forKey: .from)
            try fields.encode(to, forKey: .to)
        case .orientationApplied(let transform):
            try fields.encode(transform, forKey: .transform)
        case .orientationLost, .stereoLayoutLost, .colorProfileLost, .notFaststart, .sourceReplaced, .crfNotSearched:
            break
        case .dolbyVisionRemoved(let profile, let baseLayer):
            try fields.encode(profile, forKey: .profile)
            try fields.encodeIfPresent(baseLayer, forKey: .baseLayer)
        case .dolbyVisionOnly(let profile):
            try fields.encode(profile, forKey: .profile)
        case .chapterFeaturesLost(
            let editions, let orderedEditions, let nestedChapters, let hiddenChapters, let translatedChapters):
            try fields.encode(editions, forKey: .editions)
            try fields.encode(orderedEditions, forKey: .orderedEditions)
            try fields.encode(nestedChapters, forKey: .nestedChapters)
            try fields.encode(hiddenChapters, forKey: .hiddenChapters)
            try fields.encode(translatedChapters, forKey: .translatedChapters)
        case .audioUnpacked(let stream, let codec, let storedAs):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(codec, forKey: .codec)
            try fields.encode(storedAs, forKey: .storedAs)
        case .encodedWhole(let reason):
            try fields.encode(reason.rawValue, forKey: .reason)
        case .qualityTargetMissed(let target, let expected):
            try fields.encode(target, forKey: .target)
            try fields.encode(expected, forKey: .expected)
        case .playbackSpeedIgnored(let stream, let speeds):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(speeds, forKey: .speeds)
        case .packetsDroppedAtStart(let stream, let packets), .packetsNotUnpacked(let stream, let packets):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(packets, forKey: .packets)
        case .timestampDiscontinuities(let discontinuities):
            try fields.encode(discontinuities, forKey: .discontinuities)
        case .streamLate(let stream, let streamKind, let codec):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(streamKind, forKey: .streamKind)
            try fields.encode(codec, forKey: .codec)
        case .dispositionsLost(let stream, let dispositions):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(dispositions, forKey: .dispositions)
        case .languageLost(let stream, let language, let storedAs):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(language, forKey: .language)
            try fields.encodeIfPresent(storedAs, forKey: .storedAs)
        case .titleLost(let stream, let title):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(title, forKey: .title)
        case .streamTagsLost(let stream, let tags):
            try fields.encode(stream, forKey: .stream)
            try fields.encode(tags, forKey: .tags)
        case .tagLost(let name, let value):
            try fields.encode(name, forKey: .name)
            try fields.encode(value, forKey: .value)
        case .sourceKept(let reason): try fields.encode(reason.rawValue, forKey: .reason)
        case .skipped(let reason): try fields.encode(reason.name, forKey: .reason)
        case .sourceNotTagged(let error), .reportNotWritten(let error), .helpersMissing(let error):
            try fields.encode(error, forKey: .error)
        case .uploadsNotRemoved(let key, let error):
            try fields.encode(key, forKey: .key)
            try fields.encode(error, forKey: .error)
        case .other(let text):
            try fields.encode(text, forKey: .text)
        }
    }

    /// - Throws: `DecodingError` for a kind that this version doesn't know, or a field that is missing.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        func number(_ field: Field) throws -> Int { try fields.decode(Int.self, forKey: field) }
        func text(_ field: Field) throws -> String { try fields.decode(String.self, forKey: field) }
        func size(_ field: Field) throws -> Size { try fields.decode(Size.self, forKey: field) }
        func unknown(_ field: Field) -> DecodingError {
            .dataCorruptedError(forKey: field, in: fields, debugDescription: "no such \(field.rawValue)")
        }
        guard let kind = Kind(rawValue: try text(.kind)) else { throw unknown(.kind) }
        switch kind {
        case .timestampsRepaired: self = .timestampsRepaired(frames: try number(.frames))
        case .framesDamaged: self = .framesDamaged(frames: try number(.frames))
        case .packetsUndecodable: self = .packetsUndecodable(packets: try number(.packets))
        case .packetsIncomplete: self = .packetsIncomplete(packets: try number(.packets))
        case .timestampGaps: self = .timestampGaps(gaps: try number(.gaps), missingFrames: try number(.missingFrames))
        case .videoStartLost: self = .videoStartLost(seconds: try fields.decode(Double.self, forKey: .seconds))
        case .channelLayoutLost:
            self = .channelLayoutLost(
                stream: try number(.stream), layout: try text(.layout), storedAs: try text(.storedAs))
        case .packetsNotUnpacked:
            self = .packetsNotUnpacked(stream: try number(.stream), packets: try number(.packets))
        case .streamEndIncomplete: self = .streamEndIncomplete(stream: try number(.stream))
        case .framesDeinterlaced: self = .framesDeinterlaced(frames: try number(.frames))
        case .framesResized: self = .framesResized(frames: try number(.frames))
        case .dolbyVisionNotRescaled: self = .dolbyVisionNotRescaled(frames: try number(.frames))
        case .framesKeptInterlaced: self = .framesKeptInterlaced(frames: try number(.frames))
        case .streamDropped:
            let container = try fields.decodeIfPresent(String.self, forKey: .container)
            guard let reason = DropReason(try text(.reason), container: container) else { throw unknown(.reason) }
            self = .streamDropped(
                stream: try number(.stream), streamKind: try text(.streamKind), codec: try text(.codec), reason: reason)
        case .padded: self = .padded(from: try size(.from), to: try size(.to))
        case .cropped: self = .cropped(from: try size(.from), to: try size(.to))
        case .orientationApplied: self = .orientationApplied(transform: try text(.transform))
        case .orientationLost: self = .orientationLost
        case .stereoLayoutLost: self = .stereoLayoutLost
        case .colorProfileLost: self = .colorProfileLost
        case .dolbyVisionRemoved:
            self = .dolbyVisionRemoved(
                profile: try text(.profile), baseLayer: try fields.decodeIfPresent(String.self, forKey: .baseLayer))
        case .dolbyVisionOnly: self = .dolbyVisionOnly(profile: try text(.profile))
        case .chapterFeaturesLost:
            self = .chapterFeaturesLost(
                editions: try number(.editions), orderedEditions: try number(.orderedEditions),
                nestedChapters: try number(.nestedChapters),
                hiddenChapters: try number(.hiddenChapters), translatedChapters: try number(.translatedChapters))
        case .audioUnpacked:
            self = .audioUnpacked(
                stream: try number(.stream), codec: try text(.codec), storedAs: try text(.storedAs))
        case .encodedWhole:
            guard let reason = WholeReason(rawValue: try text(.reason)) else { throw unknown(.reason) }
            self = .encodedWhole(reason: reason)
        case .crfNotSearched: self = .crfNotSearched
        case .qualityTargetMissed:
            self = .qualityTargetMissed(
                target: try fields.decode(Double.self, forKey: .target),
                expected: try fields.decode(Double.self, forKey: .expected))
        case .playbackSpeedIgnored:
            self = .playbackSpeedIgnored(
                stream: try number(.stream), speeds: try fields.decode([Double].self, forKey: .speeds))
        case .packetsDroppedAtStart:
            self = .packetsDroppedAtStart(
                stream: try number(.stream), packets: try number(.packets))
        case .timestampDiscontinuities:
            self = .timestampDiscontinuities(
                discontinuities: try number(.discontinuities))
        case .streamLate:
            self = .streamLate(
                stream: try number(.stream), streamKind: try text(.streamKind), codec: try text(.codec))
        case .dispositionsLost:
            self = .dispositionsLost(
                stream: try number(.stream), dispositions: try fields.decode([String].self, forKey: .dispositions))
        case .languageLost:
            self = .languageLost(
                stream: try number(.stream), language: try text(.language),
                storedAs: try fields.decodeIfPresent(String.self, forKey: .storedAs))
        case .titleLost: self = .titleLost(stream: try number(.stream), title: try text(.title))
        case .streamTagsLost:
            self = .streamTagsLost(
                stream: try number(.stream), tags: try fields.decode([String].self, forKey: .tags))
        case .tagLost: self = .tagLost(name: try text(.name), value: try text(.value))
        case .notFaststart: self = .notFaststart
        case .sourceKept:
            guard let reason = CopyReason(rawValue: try text(.reason)) else { throw unknown(.reason) }
            self = .sourceKept(reason: reason)
        case .skipped:
            guard let reason = SkipReason(try text(.reason)) else { throw unknown(.reason) }
            self = .skipped(reason: reason)
        case .sourceReplaced: self = .sourceReplaced
        case .sourceNotTagged: self = .sourceNotTagged(error: try text(.error))
        case .uploadsNotRemoved: self = .uploadsNotRemoved(key: try text(.key), error: try text(.error))
        case .helpersMissing: self = .helpersMissing(error: try text(.error))
        case .reportNotWritten: self = .reportNotWritten(error: try text(.error))
        case .other: self = .other(text: try text(.text))
        }
    }
}

extension Note.DropReason {
    enum Name: String {
        case unsupportedByContainer = "unsupported-by-container"
        case missingParameters = "missing-parameters"
        case empty
        case storedAsChapters = "stored-as-chapters"
        case storedAsTimecode = "stored-as-timecode"
    }

    var name: Name {
        switch self {
        case .unsupportedByContainer: .unsupportedByContainer
        case .missingParameters: .missingParameters
        case .empty: .empty
        case .storedAsChapters: .storedAsChapters
        case .storedAsTimecode: .storedAsTimecode
        }
    }

    /// - Returns: nil for a name that this version doesn't know, or if the container is missing.
    init?(_ name: String, container: String?) {
        switch Name(rawValue: name) {
        case .unsupportedByContainer:
            guard let container else { return nil }
            self = .unsupportedByContainer(container)
        case .missingParameters: self = .missingParameters
        case .empty: self = .empty
        case .storedAsChapters: self = .storedAsChapters
        case .storedAsTimecode: self = .storedAsTimecode
        case nil: return nil
        }
    }
}

extension Note.SkipReason {
    private static let notAVideoName = "not-a-video"

    var name: String {
        switch self {
        case .sourceIsBetter(let reason): reason.rawValue
        case .notAVideo: Self.notAVideoName
        }
    }

    init?(_ name: String) {
        if name == Self.notAVideoName {
            self = .notAVideo
        } else if let reason = CopyReason(rawValue: name) {
            self = .sourceIsBetter(reason)
        } else {
            return nil
        }
    }
}
