import CFFmpeg
import Containers
import Testing

@testable import Media

@Suite("HDR10+") struct DynamicHDRPlusTests {
    /// The numbers of the second window: corners, centre, angle, axes.
    private func window(_ placing: DynamicHDRPlus.Placing) throws -> [Int] {
        var metadata = AVDynamicHDRPlus()
        metadata.num_windows = 2
        metadata.params.1.window_upper_left_corner_x = AVRational(num: 100, den: 1)
        metadata.params.1.window_upper_left_corner_y = AVRational(num: 50, den: 1)
        metadata.params.1.window_lower_right_corner_x = AVRational(num: 299, den: 1)
        metadata.params.1.window_lower_right_corner_y = AVRational(num: 149, den: 1)
        metadata.params.1.center_of_ellipse_x = 200
        metadata.params.1.center_of_ellipse_y = 100
        metadata.params.1.rotation_angle = 30
        metadata.params.1.semimajor_axis_internal_ellipse = 10
        metadata.params.1.semimajor_axis_external_ellipse = 20
        metadata.params.1.semiminor_axis_external_ellipse = 30
        let bytes = withUnsafeBytes(of: metadata) { Array($0) }
        let message = try #require(DynamicHDRPlus(bytes, placing)).message
        var reader = BitReader(message.payload)
        try reader.skip(6 * 8 + 8 + 2)
        var numbers = try (0..<6).map { _ in try reader.read(16) }
        numbers.append(try reader.read(8))
        return try numbers + (0..<3).map { _ in try reader.read(16) }
    }

    @Test("The second window moves and shrinks with the frame") func cropped() throws {
        let placing = DynamicHDRPlus.Placing(scale: 0.5, point: { (($0 - 40) * 0.5, ($1 - 20) * 0.5) }, angle: { $0 })
        #expect(try window(placing) == [30, 15, 130, 65, 80, 40, 30, 5, 10, 15])
    }

    @Test("The second window turns with the frame") func turned() throws {
        let size = Resolution(width: 400, height: 200)
        let placing = DynamicHDRPlus.Placing(
            scale: 1, point: { Orientation.clockwise.turned(x: $0, y: $1, in: size) },
            angle: Orientation.clockwise.turned(degrees:))
        #expect(try window(placing) == [50, 100, 149, 299, 99, 200, 120, 10, 20, 30])
    }

    @Test("A turn moves a point as it moves an area", arguments: Orientation.allCases)
    func point(orientation: Orientation) {
        let (size, area) = (Resolution(width: 40, height: 20), CropInsets(left: 7, right: 32, top: 3, bottom: 16))
        let turned = orientation.turned(x: 7, y: 3, in: size)
        let insets = orientation.turned(area)
        #expect(turned.x == Double(insets.left) && turned.y == Double(insets.top))
    }
}
