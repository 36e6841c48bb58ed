import CFFmpeg
import Containers

extension UnsafeMutablePointer<AVFormatContext> {
    /// libavformat's name of the container that is read, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    var formatName: String { String(cString: pointee.iformat.pointee.name) }

    var sourceContainer: SourceContainer { SourceContainer(formatName: formatName) }
}
