import Synchronization

/// How many connections the server has, in all and by address; shared by the loops.
///
/// An IPv6 host commands a whole /64, so that is what counts as one address. A connection over a limit is accepted
/// and reset at once: nothing is parsed, written or kept for it, and the other addresses are not delayed. A reverse
/// proxy that is trusted brings everybody, so only the total holds for it.
package final class Admission: Sendable {
    struct Key: Hashable {
        fileprivate let value: UInt64
        fileprivate let isIPv4: Bool

        init(_ address: SocketAddress) {
            isIPv4 = address.isIPv4
            value = isIPv4 ? address.low : address.high
        }
    }

    private struct Table {
        var total = 0
        var perAddress: [Key: Int] = [:]
    }

    private let perAddress: Int
    private let total: Int
    private let table = Mutex(Table())

    package init(perAddress: Int, total: Int) {
        self.perAddress = perAddress
        self.total = total
    }

    /// Takes a place; nil key for an address that is not counted by itself. False when there is none.
    func enter(_ key: Key?) -> Bool {
        table.withLock { table in
            guard table.total < total else { return false }
            if let key {
                guard table.perAddress[key, default: 0] < perAddress else { return false }
                table.perAddress[key, default: 0] += 1
            }
            table.total += 1
            return true
        }
    }

    /// Gives the place back.
    func leave(_ key: Key?) {
        table.withLock { table in
            table.total -= 1
            guard let key, let count = table.perAddress[key] else { return }
            table.perAddress[key] = count > 1 ? count - 1 : nil
        }
    }

    package var connections: Int { table.withLock { $0.total } }

    /// Addresses that have a connection now.
    package var addresses: Int { table.withLock { $0.perAddress.count } }
}
