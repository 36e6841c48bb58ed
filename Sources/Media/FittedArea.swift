/// Where a picture lies within the output's: all of it, or the middle, with black beside it, where its shape is another.
struct FittedArea: Hashable {
    var x = 0
    var y = 0
    var size: PictureSize

    /// Shapes that differ by less are one: rounding to whole samples bends a picture that far.
    private static let tolerance = 0.02

    /// - Parameters:
    ///   - size: the output's, without padding.
    ///   - shape: width over height of the picture as shown.
    ///   - sampleShape: width over height of one sample of the output.
    init(_ size: PictureSize, shape: Double, sampleShape: Double) {
        self.size = size
        let whole = Double(size.width) * sampleShape / Double(size.height)
        guard shape > 0, whole > 0, abs(shape / whole - 1) > Self.tolerance else { return }
        if shape > whole {
            let height = Int(Double(size.height) * whole / shape)
            self.size.height = max(2, height / 2 * 2)
        } else {
            let width = Int(Double(size.width) * shape / whole)
            self.size.width = max(2, width / 2 * 2)
        }
        x = (size.width - self.size.width) / 4 * 2
        y = (size.height - self.size.height) / 4 * 2
    }
}
