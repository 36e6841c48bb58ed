import Glibc

/// A TCP socket on 127.0.0.1 with blocking calls. Its owner is one thread.
public final class Socket: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// A connection, or nil where nobody listens.
    public init?(connectingTo port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if Self.call(connect, descriptor, port) != 0 {
            close(descriptor)
            return nil
        }
    }

    /// A listener on a free port.
    public static func listening() -> (socket: Socket, port: UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        precondition(call(bind, listener, 0) == 0 && listen(listener, 256) == 0, "no port is free")
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        return (Socket(listener), UInt16(bigEndian: address.sin_port))
    }

    /// A port that was free a moment ago.
    public static func freePort() -> UInt16 {
        let (socket, port) = listening()
        socket.shut()
        return port
    }

    /// Closes the connections that wait at a listener, and returns how many there were.
    public func dropConnections() -> Int {
        var count = 0
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&waiting, 1, 0) == 1, let connection = accept() {
            connection.shut()
            count += 1
        }
        return count
    }

    func accept() -> Socket? {
        let next = Glibc.accept(descriptor, nil, nil)
        if next < 0 { return nil }
        _ = fcntl(next, F_SETFD, FD_CLOEXEC)
        return Socket(next)
    }

    func receive(_ limit: Int = 65536) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: limit) { $1 = max(0, recv(descriptor, $0.baseAddress, limit, 0)) }
    }

    @discardableResult func send(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Closes it.
    public func shut() { close(descriptor) }

    /// Closes it with a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close(descriptor)
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32,
        _ descriptor: Int32,
        _ port: UInt16
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
