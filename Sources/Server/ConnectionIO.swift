import Glibc
internal import HTTP

extension Connection {
    enum Received {
        case bytes(Int)
        case blocked
        case ended
        case failed
    }

    /// One read, from TLS or the socket.
    func receive(into buffer: OwnedBuffer<UInt8>) -> Received {
        if let tls {
            return switch tls.read(into: buffer.start, buffer.capacity) {
            case .bytes(let count): .bytes(count)
            case .wantsRead, .wantsWrite: .blocked
            case .done, .ended: .ended
            case .failed: .failed
            }
        }
        while true {
            let count = recv(descriptor, buffer.start, buffer.capacity, 0)
            if count > 0 {
                // A short read emptied the socket; more raises another edge. The end of the stream has raised its own.
                if count < buffer.capacity, !peerEnded { canRead = false }
                return .bytes(count)
            }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .blocked : .failed
        }
    }

    /// Sends what is there. What the client does not take now is kept, and a deadline starts.
    func flush(on loop: isolated Loop) {
        guard phase == .open else { return shard.clearOutput() }
        if !shard.output.isEmpty {
            if unsent.isEmpty {
                guard let sent = send(shard.output, from: 0) else { return fail(on: loop) }
                if sent < shard.output.count {
                    unsent = Array(shard.output[sent...])
                    unsentStart = 0
                }
            } else {
                unsent.append(contentsOf: shard.output)
            }
            shard.clearOutput()
        } else if !unsent.isEmpty {
            guard let sent = send(unsent, from: unsentStart) else { return fail(on: loop) }
            unsentStart += sent
            if unsentStart == unsent.count { unsent = [] }
        }
        if !unsent.isEmpty {
            wait(for: .room, on: loop)
        } else if let ending {
            end(ending, on: loop)
        } else if waiting == .room {
            waitForNext(on: loop)
        }
    }

    /// The bytes taken, nil when the connection is broken.
    private func send(_ bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes -> Int? in
            guard let base = bytes.baseAddress else { return 0 }
            var index = start
            while index < bytes.count, canWrite {
                if let tls {
                    switch tls.write(base + index, bytes.count - index) {
                    case .bytes(let count):
                        shard.counters.bytesSent.add(UInt64(count))
                        index += count
                    case .wantsRead, .wantsWrite: canWrite = false
                    case .done, .ended, .failed: return nil
                    }
                } else {
                    let count = Glibc.send(descriptor, base + index, bytes.count - index, Int32(MSG_NOSIGNAL))
                    if count >= 0 {
                        shard.counters.bytesSent.add(UInt64(count))
                        index += count
                        // A short write filled the socket; room raises another edge.
                        if index < bytes.count { canWrite = false }
                    } else if errno == EAGAIN {
                        canWrite = false
                    } else if errno != EINTR {
                        return nil
                    }
                }
            }
            return index - start
        }
    }

    private func fail(on loop: isolated Loop) {
        shard.clearOutput()
        close(on: loop)
    }

    // MARK: The end

    private func end(_ ending: Ending, on loop: isolated Loop) {
        guard ending == .linger else { return close(on: loop) }
        tls?.closeNotify()
        shutdown(descriptor, Int32(SHUT_WR))
        phase = .lingering
        canRead = true
        wait(for: .farewell, on: loop)
        discard(on: loop)
    }

    /// Closing with unread bytes makes the kernel send a reset, and a reset can overtake the answer.
    func discard(on loop: isolated Loop) {
        while phase == .lingering {
            let count = recv(descriptor, loop.receiveBuffer.start, loop.receiveBuffer.capacity, 0)
            if count > 0 {
                lingerRemaining -= count
                if lingerRemaining <= 0 { close(on: loop) }
            } else if count == 0 || errno != EAGAIN && errno != EINTR {
                close(on: loop)
            } else if errno == EAGAIN {
                return
            }
        }
    }

    // MARK: TLS

    func shakeHands(on loop: isolated Loop) {
        guard let tls else { return }
        switch tls.handshake() {
        case .done:
            phase = .open
            canRead = true
            peer.isSecure = true
            peer.clientCertificateThumbprint = tls.clientCertificateThumbprint
            wait(for: shard.isDraining ? .grace : .request, on: loop)
            proceed(on: loop)
        case .wantsRead, .wantsWrite: break
        case .bytes, .ended, .failed:
            shard.counters.handshakeFailures.add()
            close(on: loop)
        }
    }
}
