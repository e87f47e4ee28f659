import Glibc

/// One command's connection: a line in, a line out, closed. Lives in its loop's isolation.
final class ControlConnection {
    private let descriptor: Int32
    private let handler: ControlHandler
    private var watch: WatchID?
    private var timer: TimerID?
    private var line: [UInt8] = []
    private var received: [Int32] = []
    private var unsent: ArraySlice<UInt8> = []
    private var carried: [Int32] = []

    init(_ descriptor: Int32, _ handler: @escaping ControlHandler) {
        (self.descriptor, self.handler) = (descriptor, handler)
    }

    func begin(on loop: isolated Loop, deadline: Duration) {
        watch = loop.watch(descriptor, .read) { _ in self.read(on: loop) }
        timer = loop.schedule(after: deadline) { self.close(on: loop) }
    }

    private func read(on loop: isolated Loop) {
        while true {
            let buffer = UnsafeMutableRawBufferPointer(start: loop.receiveBuffer.start, count: 16_384)
            guard let (count, descriptors) = try? ListenerHandover.receiveBytes(into: buffer, over: descriptor) else {
                return close(on: loop)
            }
            received += descriptors
            guard count >= 0 else { return }
            guard count > 0, line.count + count <= ControlSocket.maximumLine + 1 else { return close(on: loop) }
            line.append(contentsOf: buffer[..<count])
            if line.last == UInt8(ascii: "\n") { return answer(on: loop) }
        }
    }

    private func answer(on loop: isolated Loop) {
        stopWaiting(on: loop)
        line.removeLast()
        let (request, descriptors) = (line, received)
        received = []
        Task.immediate {
            let answer = await handler(loop, request, descriptors)
            unsent = ArraySlice(answer.line + [UInt8(ascii: "\n")])
            carried = answer.descriptors
            timer = loop.schedule(after: .seconds(10)) { self.close(on: loop) }
            watch = loop.watch(descriptor, .write) { _ in self.write(on: loop) }
        }
    }

    private func write(on loop: isolated Loop) {
        while !unsent.isEmpty {
            guard let sent = try? ListenerHandover.sendBytes(unsent, with: carried, over: descriptor) else {
                return close(on: loop)
            }
            guard sent > 0 else { return }
            unsent = unsent.dropFirst(sent)
            carried = []
        }
        close(on: loop)
    }

    private func stopWaiting(on loop: isolated Loop) {
        if let watch { loop.unwatch(watch) }
        if let timer { loop.cancel(timer) }
        (watch, timer) = (nil, nil)
    }

    private func close(on loop: isolated Loop) {
        stopWaiting(on: loop)
        for descriptor in received { Glibc.close(descriptor) }
        received = []
        Glibc.close(descriptor)
    }
}
