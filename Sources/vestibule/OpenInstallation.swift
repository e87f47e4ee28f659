import Cryptography
import Gateway
import HTTP
import Outbound
import Server
import Storage
import StorageSQLite
import Upstream

/// An installation opened from its configuration: the database, what is asked of the network, and the gateway over them.
struct OpenInstallation: Sendable {
    let configuration: Configuration
    let database: SQLiteDatabase
    let installation: Installation
    /// Nil without `mail`: then mail waits in the database.
    let outbox: Outbox?

    /// - Parameters:
    ///   - loops: Not started yet, or running.
    ///   - allowsSecond: For a server that takes over from one that runs.
    init(
        _ configuration: Configuration, loops: LoopGroup, allowsSecond: Bool = false, log: EventLog,
        note: (String) -> Void
    ) throws(CommandFailure) {
        let environment = Environment.live
        let loop = loops.loops[0]
        // What the configuration alone can get wrong comes before anything is made.
        let fetcher: Fetcher
        var delivery: MailDelivery?
        do throws(FetchError) {
            fetcher = try Fetcher(fallback: loop, extraCAFile: configuration.trust)
            if let mail = configuration.mail {
                delivery = try MailDelivery(mail.sink, sender: mail.sender, loop: loop)
            }
        } catch {
            throw .usage("the configuration \(configuration.file) can't be used: \(error)")
        }
        let masterKey = try configuration.loadMasterKey(environment: environment, note: note)
        let database: SQLiteDatabase
        do throws(StorageError) {
            database = try SQLiteDatabase.open(
                path: configuration.database, readers: loops.loops.count + 4, allowsSecond: allowsSecond)
        } catch .inUse(let holder) {
            throw CommandFailure(.refused, "another server uses the database \(configuration.database): \(holder)")
        } catch {
            throw CommandFailure(.refused, "the database \(configuration.database) can't be opened. \(error)")
        }
        let store = Store(database)
        let outbox = delivery.map {
            Outbox(
                queue: MailQueue(store), delivery: $0, loop: loop, environment: environment,
                report: { log.mail($0) })
        }
        self.configuration = configuration
        self.database = database
        self.outbox = outbox
        installation = Installation(
            base: configuration.base, isDevelopment: configuration.isDevelopment, environment: environment,
            store: store, masterKey: masterKey,
            upstream: UpstreamProviders(
                fetcher: fetcher, environment: environment,
                large: LargeMetadata { await MetadataReader.entity($0, inFile: $1, signer: $2) }),
            egress: configuration.egressPolicy,
            limits: configuration.limits, failures: FailureLog(write: log.write),
            domainLookup: DomainLookup(
                TXTResolver(configuration.nameServers, fallback: loop, environment: environment)),
            onPeerEvent: { log.peer($0) },
            wakeOutbox: { outbox?.wake() })
    }
}

extension Configuration {
    /// The public internet, what the operator named, and ourselves: a tenant asks its neighbour through the same door
    /// as any other partner.
    var egressPolicy: EgressPolicy {
        var allowances = egress
        if let url = HTTPURL(base) { allowances.append(.host(url.host, port: url.effectivePort)) }
        return EgressPolicy(name: "partners", allowances: allowances, allowsPlainHTTPToLoopback: isDevelopment)
    }
}

extension EventLog {
    /// `keys changed`, `metadata failing`, `certificate ends`, …; what needs somebody has its sentence as `error`.
    fileprivate func peer(_ event: PeerEvent) {
        let kind = if case .partner = event.peer { "partner" } else { "application" }
        self.event(
            event.change.rawValue,
            [
                ("tenant", .string(event.tenant.description)), (kind, .string(event.name)),
                (event.isAlarm ? "error" : "text", .string(event.sentence)),
            ])
    }

    fileprivate func mail(_ event: Outbox.Event) {
        switch event.outcome {
        case .delivered: break
        case .failedForNow(let reason):
            let next = event.nextAttemptAt.map { $0.iso8601Text } ?? "never"
            self.event(
                "mail failed",
                [("mail", .string(event.mail.description)), ("error", .string(reason)), ("next", .string(next))])
        case .refused(let reason):
            self.event("mail refused", [("mail", .string(event.mail.description)), ("error", .string(reason))])
        }
    }
}
