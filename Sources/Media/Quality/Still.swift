import CXPSNR
import Containers

/// A part of a frame, in luma samples; all even.
struct StillArea: Sendable, Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    /// - Parameter shift: 1 for a plane of half the luma's width and height.
    fileprivate func planeArea(shift: Int) -> reelpress_area {
        reelpress_area(
            left: Int32(x >> shift), top: Int32(y >> shift), right: Int32((x + width) >> shift),
            bottom: Int32((y + height) >> shift))
    }
}

/// A copy of a part of a frame, scaled down, in the frame's own colours: cheap to take, so that a frame which is not shown
/// in the end costs little.
struct Still: Sendable {
    let width: Int
    let height: Int
    let luma: StillPlane
    let cb: StillPlane
    let cr: StillPlane

    /// - Parameters:
    ///   - area: inside the frame.
    ///   - width: not above the area's.
    init(_ planes: XPSNR.Planes, _ area: StillArea, width: Int) {
        let width = max(1, min(width, area.width))
        let height = max(1, area.height * width / area.width)
        let chroma = Resolution(width: (width + 1) / 2, height: (height + 1) / 2)
        luma = StillPlane(planes.luma, area.planeArea(shift: 0), Resolution(width: width, height: height))
        cb = StillPlane(planes.cb, area.planeArea(shift: 1), chroma)
        cr = StillPlane(planes.cr, area.planeArea(shift: 1), chroma)
        (self.width, self.height) = (width, height)
    }
}

/// Samples of one plane, row by row.
struct StillPlane: Sendable {
    private let width: Int
    private let bytesPerSample: Int
    private let samples: [UInt8]

    fileprivate init(_ plane: reelpress_plane, _ area: reelpress_area, _ size: Resolution) {
        width = size.width
        let bytes = Int(plane.bytes_per_sample)
        bytesPerSample = bytes
        var sums = [UInt32](repeating: 0, count: Int(area.right - area.left))
        samples = [UInt8](unsafeUninitializedCapacity: size.width * size.height * bytes) { buffer, filled in
            reelpress_shrink(plane, area, &sums, buffer.baseAddress, Int32(size.width), Int32(size.height))
            filled = buffer.count
        }
    }

    /// Calls `body` with the row's samples, of 1 or 2 bytes each.
    func withRow(_ row: Int, _ body: (UnsafeRawPointer, _ bytesPerSample: Int) -> Void) {
        samples.withUnsafeBytes { samples in
            guard let start = samples.baseAddress else { return }
            body(start + row * width * bytesPerSample, bytesPerSample)
        }
    }

    /// The code values of a row.
    func row(_ row: Int) -> [Float] {
        samples.withUnsafeBytes { samples in
            let start = row * width
            return bytesPerSample == 1
                ? (start..<start + width).map { Float(samples[$0]) }
                : samples.bindMemory(to: UInt16.self)[start..<start + width].map { Float($0) }
        }
    }
}
