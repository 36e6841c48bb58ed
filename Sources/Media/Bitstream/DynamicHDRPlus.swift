import CFFmpeg

/// HDR10+: the brightness of each scene and how to tone map it for a less capable display.
///
/// Source: SMPTE ST 2094-40 and CTA-861-H, table S-1 (its ITU-T T.35 form); libavutil's AVDynamicHDRPlus.
struct DynamicHDRPlus {
    private let metadata: AVDynamicHDRPlus
    private let placing: Placing

    /// How the coordinates of windows move from the source's frames to the output's.
    struct Placing {
        /// Output over source, the mean of width and height.
        var scale: Double
        var point: (_ x: Double, _ y: Double) -> (x: Double, y: Double)
        /// From degrees, clockwise from the x axis, 0 to 180, to such degrees.
        var angle: (Int) -> Int
    }

    /// - Parameter bytes: an AVDynamicHDRPlus.
    init?(_ bytes: [UInt8], _ placing: Placing) {
        guard let metadata = bytes.loaded(as: AVDynamicHDRPlus.self) else { return nil }
        self.metadata = metadata
        self.placing = placing
    }

    var message: SEIMessage {
        var writer = BitWriter()
        // The country (United States), the provider (Samsung), ST 2094-40.
        for byte in [0xB5, 0x00, 0x3C, 0x00, 0x01, 0x04] { writer.write(byte, bits: 8) }
        writer.write(metadata.application_version, bits: 8)
        let windows = self.windows
        writer.write(windows.count, bits: 2)
        for window in windows.dropFirst() { write(geometry: window, &writer) }
        writer.write(units(metadata.targeted_system_display_maximum_luminance, 1), bits: 27)
        write(
            peaks: metadata.targeted_system_display_actual_peak_luminance,
            metadata.targeted_system_display_actual_peak_luminance_flag,
            metadata.num_rows_targeted_system_display_actual_peak_luminance,
            metadata.num_cols_targeted_system_display_actual_peak_luminance, &writer)
        for window in windows { write(light: window, &writer) }
        write(
            peaks: metadata.mastering_display_actual_peak_luminance,
            metadata.mastering_display_actual_peak_luminance_flag,
            metadata.num_rows_mastering_display_actual_peak_luminance,
            metadata.num_cols_mastering_display_actual_peak_luminance, &writer)
        for window in windows { write(mapping: window, &writer) }
        return SEIMessage(.registeredUserData, payload: writer.bytes)
    }

    private var windows: [AVHDRPlusColorTransformParams] {
        let all = [metadata.params.0, metadata.params.1, metadata.params.2]
        return Array(all.prefix(max(1, Int(metadata.num_windows))))
    }

    private func write(geometry window: AVHDRPlusColorTransformParams, _ writer: inout BitWriter) {
        let one = placing.point(
            Double(units(window.window_upper_left_corner_x, 1)), Double(units(window.window_upper_left_corner_y, 1)))
        let other = placing.point(
            Double(units(window.window_lower_right_corner_x, 1)), Double(units(window.window_lower_right_corner_y, 1)))
        let center = placing.point(Double(window.center_of_ellipse_x), Double(window.center_of_ellipse_y))
        // A rotation exchanges corners.
        let places = [
            min(one.x, other.x), min(one.y, other.y), max(one.x, other.x), max(one.y, other.y), center.x, center.y,
        ]
        for place in places { writer.write(Int(place.rounded()), bits: 16) }
        writer.write(placing.angle(Int(window.rotation_angle)), bits: 8)
        let axes = [
            Double(window.semimajor_axis_internal_ellipse), Double(window.semimajor_axis_external_ellipse),
            Double(window.semiminor_axis_external_ellipse),
        ]
        for axis in axes { writer.write(Int((axis * placing.scale).rounded()), bits: 16) }
        writer.write(window.overlap_process_option.rawValue, bits: 1)
    }

    private func write(light window: AVHDRPlusColorTransformParams, _ writer: inout BitWriter) {
        for maximum in [window.maxscl.0, window.maxscl.1, window.maxscl.2, window.average_maxrgb] {
            writer.write(units(maximum, 100_000), bits: 17)
        }
        let count = min(15, Int(window.num_distribution_maxrgb_percentiles))
        writer.write(count, bits: 4)
        for entry in elements(window.distribution_maxrgb, as: AVHDRPlusPercentile.self).prefix(count) {
            writer.write(entry.percentage, bits: 7)
            writer.write(units(entry.percentile, 100_000), bits: 17)
        }
        writer.write(units(window.fraction_bright_pixels, 1000), bits: 10)
    }

    private func write(mapping window: AVHDRPlusColorTransformParams, _ writer: inout BitWriter) {
        writer.write(window.tone_mapping_flag, bits: 1)
        if window.tone_mapping_flag != 0 {
            writer.write(units(window.knee_point_x, 4095), bits: 12)
            writer.write(units(window.knee_point_y, 4095), bits: 12)
            let count = min(15, Int(window.num_bezier_curve_anchors))
            writer.write(count, bits: 4)
            for anchor in elements(window.bezier_curve_anchors, as: AVRational.self).prefix(count) {
                writer.write(units(anchor, 1023), bits: 10)
            }
        }
        writer.write(window.color_saturation_mapping_flag, bits: 1)
        if window.color_saturation_mapping_flag != 0 {
            writer.write(units(window.color_saturation_weight, 8), bits: 6)
        }
    }

    /// A table of at most 25 rows and 25 columns.
    private func write<Table>(peaks: Table, _ flag: UInt8, _ rows: UInt8, _ columns: UInt8, _ writer: inout BitWriter) {
        writer.write(flag, bits: 1)
        guard flag != 0 else { return }
        let (rows, columns) = (min(25, Int(rows)), min(25, Int(columns)))
        writer.write(rows, bits: 5)
        writer.write(columns, bits: 5)
        let all = elements(peaks, as: AVRational.self)
        for row in 0..<rows {
            for column in 0..<columns { writer.write(units(all[row * 25 + column], 15), bits: 4) }
        }
    }
}

/// The elements of a C array, which Swift imports as a tuple.
private func elements<Tuple, Element>(_ tuple: Tuple, as type: Element.Type) -> [Element] {
    withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: type)) }
}
