import Glibc

/// What a scrypt hash costs, RFC 7914 §2.
package struct ScryptCost: Sendable, Hashable {
    /// N = 2^logN.
    package let logN: Int
    package let r: Int
    package let p: Int

    /// What passwords get: 32 MiB and some 80 ms.
    package static let standard = ScryptCost(uncheckedLogN: 15, r: 8, p: 1)

    private init(uncheckedLogN logN: Int, r: Int, p: Int) { (self.logN, self.r, self.p) = (logN, r, p) }

    /// `nil` outside of what one hash may cost here: at most 128 MiB, and 16 passes.
    package init?(logN: Int, r: Int, p: Int) {
        guard (1...20).contains(logN), (1...32).contains(r), (1...16).contains(p), logN < 16 * r else { return nil }
        self.init(uncheckedLogN: logN, r: r, p: p)
        guard memory <= 128 << 20 else { return nil }
    }

    /// Bytes in use while it runs.
    var memory: Int { 128 * r << logN }
}

/// Hashes of passwords that people chose: `$scrypt$ln=15,r=8,p=1$salt$hash`, in unpadded Base64.
///
/// A hash takes 32 MiB, so only a few run at once, in the whole process; others wait their turn.
package enum PasswordHash {
    private static let saltCount = 16
    private static let hashCount = 32

    @concurrent
    package static func make(
        _ password: Secret, environment: Environment, cost: ScryptCost = .standard
    ) async -> String {
        let salt = environment.randomBytes(saltCount)
        let hash = await HashingSlots.shared.run {
            KeyDerivation.scrypt(password, salt: salt, cost: cost, count: hashCount)
        }
        return Encoded(cost: cost, salt: salt, hash: hash).text
    }

    /// Whether the password is the one that was hashed. An account without a hash (`nil`) costs the same time and
    /// answers `false`, and so does a hash that can't be read: who is not there takes as long as who is.
    @concurrent
    package static func verify(_ password: Secret, against encoded: String?) async -> Bool {
        let known = encoded.flatMap { Encoded($0) }
        let stored = known ?? nobodys
        let hash = await HashingSlots.shared.run {
            KeyDerivation.scrypt(password, salt: stored.salt, cost: stored.cost, count: hashCount)
        }
        return hash == stored.hash && known != nil
    }

    /// What ``verify(_:against:)`` costs for this hash.
    package static func verificationCost(of encoded: String?) -> ScryptCost {
        (encoded.flatMap { Encoded($0) } ?? nobodys).cost
    }

    /// Whether a hash was made at another cost than new ones are: then hash again at the next sign-in.
    package static func isOutdated(_ encoded: String) -> Bool { Encoded(encoded)?.cost != .standard }

    /// Stands in for a hash that is not there.
    private static let nobodys = Encoded(
        cost: .standard, salt: [UInt8](repeating: 0, count: saltCount), hash: Secret([]))

    private struct Encoded {
        let cost: ScryptCost
        let salt: [UInt8]
        let hash: Secret

        init(cost: ScryptCost, salt: [UInt8], hash: Secret) {
            (self.cost, self.salt, self.hash) = (cost, salt, hash)
        }

        init?(_ text: String) {
            let parts = text.split(separator: "$", omittingEmptySubsequences: false)
            guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
            let numbers = parts[2].split(separator: ",", omittingEmptySubsequences: false)
            guard numbers.count == 3, let logN = Self.number(numbers[0], after: "ln="),
                let r = Self.number(numbers[1], after: "r="), let p = Self.number(numbers[2], after: "p="),
                let cost = ScryptCost(logN: logN, r: r, p: p),
                let salt = Base64Coding.unpadded.decode(parts[3].utf8), (8...64).contains(salt.count),
                let hash = Base64Coding.unpadded.decode(parts[4].utf8), hash.count == hashCount
            else { return nil }
            self.init(cost: cost, salt: salt, hash: Secret(hash))
        }

        var text: String {
            let salt = Base64Coding.unpadded.string(salt)
            let hash = hash.withBytes { Base64Coding.unpadded.string($0) }
            return "$scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)$\(salt)$\(hash)"
        }

        private static func number(_ text: Substring, after name: String) -> Int? {
            let digits = text.dropFirst(name.count)
            guard text.hasPrefix(name), (1...3).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            return Int(digits)
        }
    }
}

/// Half of the processors may hash at a time, so that memory stays bounded and other work goes on.
private actor HashingSlots {
    static let shared = HashingSlots(count: max(1, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 2)))

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var next = 0

    init(count: Int) { free = count }

    nonisolated func run(_ hash: @Sendable () -> Secret) async -> Secret {
        await enter()
        let answer = hash()
        await leave()
        return answer
    }

    private func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Hands the place to who has waited longest.
    private func leave() {
        guard next < waiting.count else {
            free += 1
            return
        }
        let first = waiting[next]
        next += 1
        if next == waiting.count { (waiting, next) = ([], 0) }
        first.resume()
    }
}
