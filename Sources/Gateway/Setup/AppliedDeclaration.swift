package import Directory
package import JSON
package import Storage

/// Why a declaration was not applied. Nothing of it was written.
package enum DeclarationRefusal: Error, Sendable {
    case fault(FileFault)
    case storage(StorageError)
}

/// What applying a declaration did, object by object.
package struct AppliedDeclaration: Sendable {
    package enum Change: String, Sendable, Hashable {
        case created, updated, unchanged
    }

    package struct Item: Sendable {
        package var kind: String
        package var name: String
        package var change: Change
        /// What whoever applied it goes on with: ids, the callback to register at a partner.
        package var facts: [(name: String, value: String)]
        /// A secret that was made now. It is nowhere else, and is told this once.
        package var madeSecret: String?

        init(
            _ kind: String, _ name: String, _ change: Change, _ facts: [(name: String, value: String)] = [],
            madeSecret: String? = nil
        ) {
            self.kind = kind
            self.name = name
            self.change = change
            self.facts = facts
            self.madeSecret = madeSecret
        }
    }

    package let tenant: Tenant
    /// The number of the settings version in force now.
    package let version: Int64
    package let items: [Item]

    package var changesAnything: Bool { items.contains { $0.change != .unchanged } }

    package func items(_ kind: String) -> [Item] { items.filter { $0.kind == kind } }

    package var json: JSONValue {
        var object: JSONObject = [
            "tenant": [
                "id": .string(tenant.id.description), "name": .string(tenant.displayName),
                "domain": .string(tenant.initialDomain.description),
            ],
            "changed": .bool(changesAnything), "version": .integer(version),
        ]
        for kind in [
            "application", "partner", "connector", "userAttribute", "userFlow", "member", "group", "assignment",
        ] {
            let items = items(kind)
            if !items.isEmpty { object[kind + "s"] = .array(items.map(\.json)) }
        }
        return .object(object)
    }

    package var text: String {
        var lines: [String] = []
        for item in items where item.change != .unchanged {
            lines.append("\(item.change.rawValue) \(item.kind) \(item.name)")
            for (name, value) in item.facts { lines.append("    \(name): \(value)") }
            if let secret = item.madeSecret { lines.append("    client_secret: \(secret)   (told only now)") }
        }
        let unchanged = items.count { $0.change == .unchanged }
        if !changesAnything {
            lines.append("Nothing changed: \(tenant.displayName) says all of this already (version \(version)).")
        } else {
            let rest = unchanged == 0 ? "" : "; \(unchanged) unchanged"
            lines.append("\(tenant.displayName) is at version \(version) of its settings\(rest).")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension AppliedDeclaration.Item {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["name": .string(name), "change": .string(change.rawValue)]
        for (name, value) in facts { object[name] = .string(value) }
        if let madeSecret { object["client_secret"] = .string(madeSecret) }
        return .object(object)
    }
}
