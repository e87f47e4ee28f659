import Cryptography
import Directory
import FoundationEssentials
import Issuing
import JOSE
import JSON
import Storage
import Synchronization

func sample<S>(_ id: String) -> Directory.ID<S> {
    guard let id = Directory.ID<S>(id) else { fatalError("not a GUID: \(id)") }
    return id
}

let now = Date(timeIntervalSince1970: 1_700_000_000)
let base = "https://login.example"
let woodgrove: Tenant.ID = sample("11111111-1111-4111-8111-111111111111")
let fabrikam: Tenant.ID = sample("22222222-2222-4222-8222-222222222222")
let portal: Application.AppID = sample("33333333-3333-4333-8333-333333333333")
let api: Application.AppID = sample("44444444-4444-4444-8444-444444444444")
let session = "55555555-5555-4555-8555-555555555555"
let grant: SignInID = sample("66666666-6666-4666-8666-666666666666")
let principal: Directory.ID<Application.ServicePrincipal> = sample("77777777-7777-4777-8777-777777777777")

/// Counts up, so that a test knows every byte.
private final class Counter: Sendable {
    private let last: Mutex<UInt8>

    init(after first: UInt8) { last = Mutex(first) }

    func bytes(_ count: Int) -> [UInt8] {
        last.withLock { last in
            (0..<count).map { _ in
                last &+= 1
                return last
            }
        }
    }
}

func countingEnvironment(after first: UInt8 = 0) -> Environment {
    let counter = Counter(after: first)
    return Environment(now: { now }, randomBytes: { counter.bytes($0) })
}

func sampleMaster(_ byte: UInt8 = 9) throws -> MasterKey { try MasterKey(Secret([UInt8](repeating: byte, count: 32))) }

func sampleUser(_ type: User.UserType = .guest) -> User {
    let mail = EmailAddress("ada@fabrikam.example")
    return User(
        id: sample("88888888-8888-4888-8888-888888888888"),
        userPrincipalName: type == .guest
            ? "ada_fabrikam.example#EXT#@woodgrove.example" : "ada@woodgrove.example",
        displayName: "Ada Lovelace", userType: type, createdAt: now, givenName: "Ada", surname: "Lovelace",
        mail: mail, preferredLanguage: "en-GB")
}

/// The keys of a tenant, made once: RSA takes a while.
enum SampleKeys {
    static let woodgrove = made(IssuingTests.woodgrove)
    static let fabrikam = made(IssuingTests.fabrikam)

    private static func made(_ tenant: Tenant.ID) -> [KeyRecord] {
        guard let master = try? sampleMaster(),
            let records = try? KeyMaking.initial(
                tenant, master: master, now: now, environment: countingEnvironment(after: tenant.bytes[0]))
        else { fatalError("no keys could be made") }
        return records
    }
}

func sampleRing(_ records: [KeyRecord] = SampleKeys.woodgrove, _ tenant: Tenant.ID = woodgrove) throws -> KeyRing {
    try KeyRing(records, tenant: tenant, master: sampleMaster())
}

func sampleIssuer() throws -> TokenIssuer { try TokenIssuer(base: base, keys: sampleRing()) }

extension TokenIssuer {
    /// The claims of a token of ours, verified as an application would.
    func claims(_ token: [UInt8], _ algorithm: SignatureAlgorithm, type: String? = nil) throws -> JSONObject {
        try JWT.verify(
            token, keys: JWKSet(bytes: keys.document()), algorithms: [algorithm], type: type
        ).claims
    }
}

func refusal<R>(_ body: () throws -> R) -> String? {
    do {
        _ = try body()
        return nil
    } catch let error as JOSEError {
        return error.reasonCode
    } catch {
        return "\(error)"
    }
}
