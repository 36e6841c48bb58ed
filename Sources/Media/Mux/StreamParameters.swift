import CFFmpeg
import Containers
import Findings

extension UnsafeMutablePointer<AVCodecParameters> {
    /// Replaces the codec's extradata by a padded copy of `bytes`.
    func setExtradata(_ bytes: [UInt8]) throws {
        let padded = bytes.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)
        let copy = try allocated(av_mallocz(padded), "codec headers", .mux)
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        av_free(pointee.extradata)
        pointee.extradata = copy.assumingMemoryBound(to: UInt8.self)
        pointee.extradata_size = Int32(bytes.count)
    }
}

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
    /// Tells the container of HDR and Dolby Vision.
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
    /// Copies chapters; libavformat frees them with the context.
    func copyChapters(from source: UnsafeMutablePointer<AVFormatContext>, _ shift: StartOffset) throws {
        let count = Int(source.pointee.nb_chapters)
        guard count > 0, let chapters = source.pointee.chapters else { return }
        let list = try allocated(
            av_calloc(count, MemoryLayout<UnsafeMutablePointer<AVChapter>?>.stride), "chapters", .mux)
        pointee.chapters = list.assumingMemoryBound(to: UnsafeMutablePointer<AVChapter>?.self)
        for index in 0..<count {
            guard let chapter = chapters[index]?.pointee else { continue }
            let copy = try allocated(av_mallocz(MemoryLayout<AVChapter>.stride), "a chapter", .mux)
                .assumingMemoryBound(to: AVChapter.self)
            copy.pointee.id = chapter.id
            copy.pointee.time_base = chapter.time_base
            let ticks = shift.ticks(in: Rational(chapter.time_base))
            copy.pointee.start = chapter.start + ticks
            copy.pointee.end = chapter.end + ticks
            av_dict_copy(&copy.pointee.metadata, chapter.metadata, 0)
            pointee.chapters[Int(pointee.nb_chapters)] = copy
            pointee.nb_chapters += 1
        }
    }
}
