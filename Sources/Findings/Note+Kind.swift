extension Note {
    /// Names what the note is about, such as `frames-damaged`: the sentence may change, this stays.
    public var kind: String { kindName.rawValue }

    /// The kinds as the JSON has them.
    enum Kind: String, CaseIterable {
        case timestampsRepaired = "timestamps-repaired"
        case framesDamaged = "frames-damaged"
        case packetsUndecodable = "packets-undecodable"
        case packetsIncomplete = "packets-incomplete"
        case timestampGaps = "timestamp-gaps"
        case videoStartLost = "video-start-lost"
        case streamEndIncomplete = "stream-end-incomplete"
        case framesDeinterlaced = "frames-deinterlaced"
        case framesResized = "frames-resized"
        case dolbyVisionNotRescaled = "dolby-vision-not-rescaled"
        case framesKeptInterlaced = "frames-kept-interlaced"
        case streamDropped = "stream-dropped"
        case padded
        case cropped
        case orientationApplied = "orientation-applied"
        case orientationLost = "orientation-lost"
        case stereoLayoutLost = "stereo-layout-lost"
        case colorProfileLost = "color-profile-lost"
        case dolbyVisionRemoved = "dolby-vision-removed"
        case dolbyVisionOnly = "dolby-vision-only"
        case chapterFeaturesLost = "chapter-features-lost"
        case audioUnpacked = "audio-unpacked"
        case encodedWhole = "encoded-whole"
        case crfNotSearched = "crf-not-searched"
        case qualityTargetMissed = "quality-target-missed"
        case playbackSpeedIgnored = "playback-speed-ignored"
        case packetsDroppedAtStart = "packets-dropped-at-start"
        case packetsNotUnpacked = "packets-not-unpacked"
        case channelLayoutLost = "channel-layout-lost"
        case timestampDiscontinuities = "timestamp-discontinuities"
        case streamLate = "stream-late"
        case dispositionsLost = "dispositions-lost"
        case languageLost = "language-lost"
        case titleLost = "title-lost"
        case streamTagsLost = "stream-tags-lost"
        case tagLost = "tag-lost"
        case notFaststart = "not-faststart"
        case sourceKept = "source-kept"
        case skipped
        case sourceReplaced = "source-replaced"
        case sourceNotTagged = "source-not-tagged"
        case uploadsNotRemoved = "uploads-not-removed"
        case helpersMissing = "helpers-missing"
        case reportNotWritten = "report-not-written"
        case other
    }

    var kindName: Kind {
        switch self {
        case .timestampsRepaired: .timestampsRepaired
        case .framesDamaged: .framesDamaged
        case .packetsUndecodable: .packetsUndecodable
        case .packetsIncomplete: .packetsIncomplete
        case .timestampGaps: .timestampGaps
        case .videoStartLost: .videoStartLost
        case .streamEndIncomplete: .streamEndIncomplete
        case .framesDeinterlaced: .framesDeinterlaced
        case .framesResized: .framesResized
        case .dolbyVisionNotRescaled: .dolbyVisionNotRescaled
        case .framesKeptInterlaced: .framesKeptInterlaced
        case .streamDropped: .streamDropped
        case .padded: .padded
        case .cropped: .cropped
        case .orientationApplied: .orientationApplied
        case .orientationLost: .orientationLost
        case .stereoLayoutLost: .stereoLayoutLost
        case .colorProfileLost: .colorProfileLost
        case .dolbyVisionRemoved: .dolbyVisionRemoved
        case .dolbyVisionOnly: .dolbyVisionOnly
        case .chapterFeaturesLost: .chapterFeaturesLost
        case .audioUnpacked: .audioUnpacked
        case .encodedWhole: .encodedWhole
        case .crfNotSearched: .crfNotSearched
        case .qualityTargetMissed: .qualityTargetMissed
        case .playbackSpeedIgnored: .playbackSpeedIgnored
        case .packetsDroppedAtStart: .packetsDroppedAtStart
        case .packetsNotUnpacked: .packetsNotUnpacked
        case .channelLayoutLost: .channelLayoutLost
        case .timestampDiscontinuities: .timestampDiscontinuities
        case .streamLate: .streamLate
        case .dispositionsLost: .dispositionsLost
        case .languageLost: .languageLost
        case .titleLost: .titleLost
        case .streamTagsLost: .streamTagsLost
        case .tagLost: .tagLost
        case .notFaststart: .notFaststart
        case .sourceKept: .sourceKept
        case .skipped: .skipped
        case .sourceReplaced: .sourceReplaced
        case .sourceNotTagged: .sourceNotTagged
        case .uploadsNotRemoved: .uploadsNotRemoved
        case .helpersMissing: .helpersMissing
        case .reportNotWritten: .reportNotWritten
        case .other: .other
        }
    }
}
