import Cryptography
import Directory
import FoundationEssentials
import JSON
import Storage
import Synchronization
import Testing

@testable import Outbound

/// The store's rows of waiting mail, in memory, changed by the steps that the outbox commits.
private final class Rows: Sendable {
    struct State {
        var mails: [OutgoingMail] = []
        var isBroken = false
        var commits = 0
    }
    let state = Mutex(State())
    let clock = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var environment: Environment {
        Environment(now: { self.clock.withLock { $0 } }, randomBytes: { [UInt8](repeating: 128, count: $0) })
    }

    func advance(_ seconds: Double) { clock.withLock { $0 += seconds } }

    @discardableResult
    func add(_ recipient: String = "ada@partner.example", subject: String = "Hello") -> OutgoingMail {
        let now = clock.withLock { $0 }
        let mail = OutgoingMail(
            id: .random(Environment.live.randomBytes), tenant: .random(Environment.live.randomBytes),
            recipient: recipient, subject: subject, text: "text", html: "<p>html</p>",
            headers: MailOptions(fromName: "Woodgrove").json, messageID: "m@gateway.example", createdAt: now,
            nextAttemptAt: now)
        state.withLock { $0.mails.append(mail) }
        return mail
    }

    var queue: MailQueue {
        MailQueue(
            due: { now, limit throws(StorageError) in
                self.state.withLock { state in
                    Array(
                        state.mails.filter { $0.sentAt == nil && $0.failedAt == nil && $0.nextAttemptAt <= now }
                            .prefix(limit))
                }
            },
            nextDue: { () throws(StorageError) in
                self.state.withLock { state in
                    state.mails.filter { $0.sentAt == nil && $0.failedAt == nil }.map(\.nextAttemptAt).min()
                }
            },
            commit: { step throws(StorageError) in
                if self.state.withLock({ $0.isBroken }) { throw .locked }
                self.apply(step)
            })
    }

    /// Reads a step by its statement's name and arguments, as a driver does.
    private func apply(_ step: Step) {
        state.withLock { state in
            state.commits += 1
            guard case .bytes(let bytes) = step.arguments[1],
                let index = state.mails.firstIndex(where: { $0.id.bytes == bytes })
            else {
                Issue.record("an unknown mail in \(step.statement.name)")
                return
            }
            if step.statement.name == "mail_drop" {
                state.mails.remove(at: index)
                return
            }
            guard case .integer(let milliseconds) = step.arguments[2]
            else {
                Issue.record("an unexpected step \(step.statement.name)")
                return
            }
            let time = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            state.mails[index].attempts += 1
            switch step.statement.name {
            case "mail_sent": state.mails[index].sentAt = time
            case "mail_retry": state.mails[index].nextAttemptAt = time
            case "mail_give_up": state.mails[index].failedAt = time
            default: Issue.record("an unexpected step \(step.statement.name)")
            }
            if step.arguments.count > 3, case .text(let error) = step.arguments[3] {
                state.mails[index].lastError = error
            }
        }
    }

    func mail(_ id: OutgoingMail.ID) -> OutgoingMail? { state.withLock { $0.mails.first { $0.id == id } } }
}

@Suite("Outbox") struct OutboxTests {
    private let rows = Rows()
    private let mailbox = MemoryMailbox()

    private func outbox() throws -> Outbox {
        Outbox(
            queue: rows.queue,
            delivery: try MailDelivery(
                .memory(mailbox), sender: MailSender(address: address("invites@gateway.example")),
                loop: TestLoops.group.loops[0]),
            loop: TestLoops.group.loops[0], schedule: .minutely, environment: rows.environment)
    }

    @Test func `what waits is sent once`() async throws {
        let mails = (0..<100).map { rows.add(subject: "\($0)") }
        let outbox = try outbox()
        await outbox.drain()
        #expect(mailbox.messages.count == 100)
        #expect(Set(mailbox.messages.map(\.subject)).count == 100)
        #expect(mails.allSatisfy { rows.mail($0.id)?.sentAt != nil })
        #expect(mailbox.messages.allSatisfy { $0.fromName == "Woodgrove" })
        await outbox.drain()
        #expect(mailbox.messages.count == 100)
    }

    @Test func `two drains at once send no mail twice`() async throws {
        for _ in 0..<50 { rows.add() }
        let outbox = try outbox()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { await outbox.drain() } }
        }
        await outbox.drain()
        #expect(mailbox.messages.count == 50)
    }

    @Test func `a server that is down loses nothing`() async throws {
        let mail = rows.add()
        let outbox = try outbox()
        mailbox.answer([.failedForNow("down"), .failedForNow("down")])
        await outbox.drain()
        #expect(rows.mail(mail.id)?.attempts == 1)
        #expect(rows.mail(mail.id)?.lastError == "down")
        await outbox.drain()
        #expect(rows.mail(mail.id)?.attempts == 1)
        rows.advance(60)
        await outbox.drain()
        #expect(rows.mail(mail.id)?.attempts == 2)
        rows.advance(60)
        await outbox.drain()
        #expect(rows.mail(mail.id)?.attempts == 2)
        rows.advance(60)
        await outbox.drain()
        #expect(rows.mail(mail.id)?.sentAt != nil)
        #expect(mailbox.messages.map(\.messageID) == ["m@gateway.example"])
    }

    @Test func `a mail that is refused is given up, with the reason`() async throws {
        let mail = rows.add()
        let other = rows.add("not an address")
        mailbox.answer([.refused("550 no such user")])
        await (try outbox()).drain()
        #expect(rows.mail(mail.id)?.failedAt != nil)
        #expect(rows.mail(mail.id)?.lastError == "550 no such user")
        #expect(rows.mail(other.id)?.failedAt != nil)
    }

    @Test func `a mail to nobody is dropped, and neither sent nor told of`() async throws {
        let nobodys = rows.add("")
        let mail = rows.add()
        let told = Mutex<[OutgoingMail.ID]>([])
        let outbox = Outbox(
            queue: rows.queue,
            delivery: try MailDelivery(
                .memory(mailbox), sender: MailSender(address: address("invites@gateway.example")),
                loop: TestLoops.group.loops[0]),
            loop: TestLoops.group.loops[0], environment: rows.environment
        ) { event in told.withLock { $0.append(event.mail) } }
        await outbox.drain()
        #expect(rows.mail(nobodys.id) == nil)
        #expect(mailbox.messages.count == 1)
        #expect(told.withLock { $0 } == [mail.id])
    }

    @Test func `a mail with a header of somebody's own is given up`() async throws {
        let mail = rows.add(subject: "Hi\r\nBcc: victim@x.example")
        let directory = try TemporaryDirectory()
        let delivery = try MailDelivery(
            .files(directory: directory.path), sender: MailSender(address: address("a@gateway.example")),
            loop: TestLoops.group.loops[0])
        guard case .refused = await delivery.deliver(mail) else {
            Issue.record("it was delivered")
            return
        }
        #expect(directory.names.isEmpty)
    }

    @Test func `after two days it is given up`() async throws {
        let mail = rows.add()
        let outbox = try outbox()
        var attempts = 0
        while rows.mail(mail.id)?.failedAt == nil, attempts < 100 {
            mailbox.answer([.failedForNow("down")])
            await outbox.drain()
            attempts += 1
            rows.advance(4 * 3600)
        }
        let gone = try #require(rows.mail(mail.id))
        let lasted = try #require(gone.failedAt).timeIntervalSince(gone.createdAt)
        #expect((40 * 3600...48 * 3600).contains(lasted))
        #expect(mailbox.messages.isEmpty)
    }

    @Test func `a store that can't be told does not have the mail sent over and over`() async throws {
        rows.add()
        rows.state.withLock { $0.isBroken = true }
        let next = await (try outbox()).drain()
        #expect(mailbox.messages.count == 1)
        #expect(next == rows.environment.now() + 30)
    }

    @Test func `it wakes for mail, and stops when told`() async throws {
        let sent = AsyncStream.makeStream(of: OutgoingMail.ID.self)
        let outbox = Outbox(
            queue: rows.queue,
            delivery: try MailDelivery(
                .memory(mailbox), sender: MailSender(address: address("invites@gateway.example")),
                loop: TestLoops.group.loops[0]),
            loop: TestLoops.group.loops[0], environment: rows.environment
        ) { sent.continuation.yield($0.mail) }
        var events = sent.stream.makeAsyncIterator()
        let first = rows.add()
        outbox.start()
        #expect(await events.next() == first.id)
        let second = rows.add()
        outbox.wake()
        #expect(await events.next() == second.id)
        await outbox.stop()
        rows.add()
        outbox.wake()
        #expect(mailbox.messages.count == 2)
    }

    @Test func `it comes back by itself for what failed`() async throws {
        let sent = AsyncStream.makeStream(of: DeliveryOutcome.self)
        let outbox = Outbox(
            queue: rows.queue,
            delivery: try MailDelivery(
                .memory(mailbox), sender: MailSender(address: address("invites@gateway.example")),
                loop: TestLoops.group.loops[0]),
            loop: TestLoops.group.loops[0], schedule: .immediate, environment: rows.environment
        ) {
            sent.continuation.yield($0.outcome)
            self.rows.advance(1)
        }
        var events = sent.stream.makeAsyncIterator()
        mailbox.answer([.failedForNow("down"), .failedForNow("down")])
        rows.add()
        outbox.start()
        #expect(await events.next() == .failedForNow("down"))
        #expect(await events.next() == .failedForNow("down"))
        #expect(await events.next() == .delivered)
        await outbox.stop()
    }

    @Test func `delays double, vary, and end`() {
        let schedule = RetrySchedule.minutely
        let start = Date(timeIntervalSince1970: 0)
        func delay(_ attempts: Int, _ randomness: UInt8 = 128) -> Double? {
            schedule.nextAttempt(after: attempts, promisedAt: start, now: start, randomness: randomness)?
                .timeIntervalSince(start)
        }
        #expect(delay(1) == 60)
        #expect(delay(2) == 120)
        #expect(delay(1, 0) == 45)
        #expect(try! #require(delay(1, 255)) < 75)
        #expect(delay(20) == 14_400)
        #expect(delay(10_000) == 14_400)
        #expect(
            schedule.nextAttempt(after: 12, promisedAt: start, now: start + 46 * 3600, randomness: 128) == nil)
    }

    @Test func `mail folders hold whole mails`() async throws {
        let directory = try TemporaryDirectory()
        let sender = MailSender(address: address("a@gateway.example"), name: "Gateway")
        let mail = rows.add()
        rows.advance(1)
        let later = rows.add(subject: "Später")
        let files = try MailDelivery(
            .files(directory: directory.path), sender: sender, loop: TestLoops.group.loops[0])
        #expect(await files.deliver(mail) == .delivered)
        let boxes = try MailDelivery(
            .mailbox(directory: directory.path), sender: sender, loop: TestLoops.group.loops[0])
        for mail in [mail, later] { #expect(await boxes.deliver(mail) == .delivered) }
        #expect(directory.names.filter { $0.hasSuffix(".eml") }.count == 1)
        #expect(directory.names.allSatisfy { !$0.hasSuffix(".part") })
        let kept = try MailFolder(directory.path).mails()
        #expect(kept.map { $0["subject"]?.string } == ["Später", "Hello"])
        #expect(kept.first?["to"]?.string == "ada@partner.example")
        #expect(kept.first?["html"]?.string == "<p>html</p>")
        #expect(kept.first?["fromName"]?.string == "Woodgrove")
    }

    @Test func `a folder that can't be used is said at start`() {
        #expect(throws: FetchError.self) { try MailFolder("/dev/null/mail") }
    }
}

extension RetrySchedule {
    /// For tests: a hundredth of a second.
    fileprivate static let immediate = beginning(after: 0.01)

    /// A minute, which doubles well.
    fileprivate static let minutely = beginning(after: 60)

    private static func beginning(after seconds: Double) -> RetrySchedule {
        var schedule = RetrySchedule()
        schedule.first = seconds
        return schedule
    }
}
