// Lab: what stands around a gateway in the demo, and is no part of it: sample applications that people sign in to, the
// page with the mail that was sent, and outside identity providers with accounts of their own. It talks to the gateway
// as strangers do, over HTTP; only the reasons of a sign-in come over the installation's control socket.
//
// Nothing depends on it, and nothing of it is fit for production: sessions live in memory, one account's password is
// printed on a terminal.
//
// Start with `LabScene` (what the demo tells us), then `LabService` (who answers which path), `SampleSignIn` (an
// application's side of the code flow, written out as a developer would want to read it) and `OutsideProvider`. Partners/
// holds the two that speak SAML and WS-Federation and do wrong what they are told to: `PartnerFault` is one such thing.
// Samples/ holds the applications that speak the same.

internal import Cryptography
import Dispatch
import Glibc
internal import JSON
internal import Outbound
internal import Server

/// Why the lab could not start, or could not do what was asked; one sentence.
struct LabError: Error, Sendable {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// Runs `vestibule-lab demo --config FILE [--gateway BASE] [--port N]` until standard input ends or a signal says so.
///
/// - Returns: The exit code: 0 ended as asked, 1 could not run, 2 wrong usage or an unusable scene.
package func runLab(_ arguments: [String]) -> Int32 {
    let scene: LabScene
    do throws(LabError) {
        scene = try LabScene(arguments: arguments)
    } catch {
        return complain(error.sentence, 2)
    }
    do {
        let signals = try ProcessSignals()
        let loops = LoopGroup(count: 1)
        try loops.start()
        let fetcher = try Fetcher(fallback: loops.loops[0], extraCAFile: scene.authorityFile)
        let mails = try MailFolder(scene.mailFolder)
        let service = try LabService(scene: scene, fetcher: fetcher, mails: mails, environment: .live)
        let server = try HTTPServer(
            loops: loops,
            listeners: LabScene.hosts.map { ListenerConfiguration(address: $0, port: scene.port) },
            handler: { _, request in await service.respond(to: request) })
        server.start()
        write(JSONWriter.write(service.announcement) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
        endWithStandardInput(signals)
        return signals.run(
            deadline: .seconds(2), onReload: {}, onEnd: { await server.drain(deadline: .seconds(2)) })
    } catch let error as LabError {
        return complain(error.sentence, 1)
    } catch {
        return complain("\(error)", 1)
    }
}

/// The demo holds the other end of standard input: when it is gone, however it went, there is nothing left to show.
private func endWithStandardInput(_ signals: ProcessSignals) {
    DispatchQueue.global().async {
        var bytes = [UInt8](repeating: 0, count: 256)
        while true {
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            if count > 0 || count < 0 && errno == EINTR { continue }
            return signals.finish()
        }
    }
}

private func complain(_ sentence: String, _ code: Int32) -> Int32 {
    write(Array("vestibule-lab: \(sentence)\n".utf8), to: STDERR_FILENO)
    return code
}

private func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}
