import CFFmpeg
import Containers
import Findings

extension AVCodecParameters {
    mutating func setColor(_ color: ColorDescription) {
        color_primaries = AVColorPrimaries(UInt32(color.primaries))
        color_trc = AVColorTransferCharacteristic(UInt32(color.transfer))
        color_space = AVColorSpace(UInt32(color.matrix))
        color_range = color.isFullRange == true ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        chroma_location = AVChromaLocation(UInt32((color.chromaLocation ?? -1) + 1))
    }
}

extension UnsafeMutablePointer<AVStream> {
    /// Signals HDR and Dolby Vision in the container.
    func setHDR(_ input: VideoPlan) throws {
        if let display = input.hdr.masteringDisplay { try setSideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, display) }
        if let light = input.hdr.contentLight { try setSideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, light) }
        if let dolbyVision = input.dolbyVision, dolbyVision.isKept {
            let record = try dolbyVision.record(input.paddedSize, frameRate: input.frameRate)
            try setSideData(AV_PKT_DATA_DOVI_CONF, record)
        }
    }
}

extension UnsafeMutablePointer<AVFormatContext> {
    /// Adds chapters; libavformat frees them with the context.
    func add(_ chapters: [ContainerDescription.Chapter]) throws {
        guard !chapters.isEmpty else { return }
        let list = try allocated(
            av_calloc(chapters.count, MemoryLayout<UnsafeMutablePointer<AVChapter>?>.stride), "chapters", .mux)
        pointee.chapters = list.assumingMemoryBound(to: UnsafeMutablePointer<AVChapter>?.self)
        for chapter in chapters {
            let copy = try allocated(av_mallocz(MemoryLayout<AVChapter>.stride), "a chapter", .mux)
                .assumingMemoryBound(to: AVChapter.self)
            copy.pointee.id = chapter.identifier
            copy.pointee.time_base = chapter.timeBase.libav
            copy.pointee.start = chapter.start
            copy.pointee.end = chapter.end
            set(chapter.tags, in: &copy.pointee.metadata)
            pointee.chapters[Int(pointee.nb_chapters)] = copy
            pointee.nb_chapters += 1
        }
    }
}

/// Adds metadata entries. Source: FFmpeg, "libavutil/dict.h".
func set(_ tags: [Tag], in metadata: inout OpaquePointer?) {
    for tag in tags { av_dict_set(&metadata, tag.name, tag.value, 0) }
}
