import CFFmpeg
import Containers
import Testing

@testable import Media

@Suite("Packet ownership") struct PacketOwnershipTests {
    private let info = MediaInfo(
        container: "matroska", chapterCount: 0,
        streams: (0..<2).map { index in
            var stream = AVStream()
            var parameters = AVCodecParameters()
            return withUnsafeMutablePointer(to: &parameters) { parameters in
                stream.index = Int32(index)
                stream.codecpar = parameters
                stream.time_base = AVRational(num: 1, den: index == 0 ? 25 : 1000)
                return StreamInfo(stream, guessedFrameRate: Rational(25, 1))
            }
        })

    private func packet(_ stream: Int, decoding: Int64 = reelpress_no_pts, position: Int64 = -1) throws -> Packet {
        let packet = try Packet()
        packet.streamIndex = stream
        packet.pointer.pointee.dts = decoding
        packet.pointer.pointee.pos = position
        return packet
    }

    private func point(_ value: Int64) -> RandomAccessPoint {
        RandomAccessPoint(presentation: value, decoding: value, position: value, order: Int(value), seek: .none)
    }

    private func ownership(_ division: PacketDivision, _ start: Int64?, _ end: Int64?) throws -> PacketOwnership {
        try #require(
            PacketOwnership(division, from: start.map(point), to: end.map(point), mainVideo: 0, in: info))
    }

    @Test("Each packet belongs to exactly one chunk", arguments: [PacketDivision.position, .decodingTime, .order])
    func partition(division: PacketDivision) throws {
        let bounds: [Int64?] = [nil, 25, 50, nil]
        var owners = Array(repeating: 0, count: 100)
        for (start, end) in zip(bounds, bounds.dropFirst()) {
            var ownership = try ownership(division, start, end)
            for time in 0..<100 {
                let stream = time % 2
                // In ticks of the packet's own stream.
                let decoding = Int64(stream == 0 ? time : time * 40)
                if ownership.place(of: try packet(stream, decoding: decoding, position: Int64(time))) == .inside {
                    owners[time] += 1
                }
            }
        }
        #expect(owners == Array(repeating: 1, count: 100))
    }

    @Test("A packet without a position follows the one before it in its stream") func unknown() throws {
        var ownership = try ownership(.position, 10, 20)
        #expect(ownership.place(of: try packet(0)) == .before)
        #expect(ownership.place(of: try packet(0, position: 12)) == .inside)
        #expect(ownership.place(of: try packet(0)) == .inside)
        #expect(ownership.place(of: try packet(1)) == .before)
        #expect(ownership.place(of: try packet(0, position: 20)) == .after)
        #expect(ownership.isPast([0]) && !ownership.isPast([0, 1]))
        var first = try self.ownership(.position, nil, 20)
        #expect(first.place(of: try packet(0)) == .inside)
    }

    @Test("A point that lacks what the division needs owns nothing") func incomplete() {
        let point = RandomAccessPoint(presentation: 4, decoding: 4, seek: .time(4))
        #expect(PacketOwnership(.position, from: point, to: nil, mainVideo: 0, in: info) == nil)
        #expect(PacketOwnership(.order, from: nil, to: point, mainVideo: 0, in: info) == nil)
        #expect(PacketOwnership(.decodingTime, from: point, to: point, mainVideo: 0, in: info) == nil)
    }
}
