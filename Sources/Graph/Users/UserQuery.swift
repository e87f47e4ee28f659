internal import Directory
internal import FoundationEssentials
internal import Storage

/// How a list of users is read: by an index where the filter or the order names one, and row by row from there on.
enum UserQuery: Sendable, Hashable {
    /// A list in the database's order. `isExact`: every row of it is asked for.
    case list(UserSelection, isDescending: Bool, isExact: Bool)
    /// A few users at most, whom the filter names by something that belongs to one.
    case ids([User.ID])
    case address(EmailAddress)
    case identity(IdentityKey)
    case nobody

    init(_ options: QueryOptions) throws(GraphError) {
        let conjuncts = options.filter?.conjuncts ?? []
        let isAlone = conjuncts.count == 1 && options.search == nil
        if let order = options.orderBy {
            self = try Self.ordered(order, conjuncts, isUnfiltered: options.filter == nil && options.search == nil)
            return
        }
        if let found = conjuncts.lazy.compactMap(Self.few).first {
            self = found
        } else if let selection = conjuncts.lazy.compactMap(Self.selection).first {
            self = .list(selection, isDescending: false, isExact: isAlone && selection.isWhole(for: conjuncts[0]))
        } else {
            self = .list(.all, isDescending: false, isExact: options.filter == nil && options.search == nil)
        }
    }

    private static func ordered(
        _ order: QueryOptions.Order, _ conjuncts: [FilterExpression], isUnfiltered: Bool
    ) throws(GraphError) -> UserQuery {
        let selection: UserSelection
        switch order.property {
        case "displayName": selection = .name(.displayName, match(of: "displayName", in: conjuncts))
        case "userPrincipalName": selection = .name(.userPrincipalName, match(of: "userPrincipalName", in: conjuncts))
        case "createdDateTime": selection = times(in: conjuncts)
        default:
            throw .unsupportedQuery("Users can be sorted by displayName, userPrincipalName and createdDateTime.")
        }
        return .list(selection, isDescending: order.isDescending, isExact: isUnfiltered)
    }

    /// What belongs to one user, or a few.
    private static func few(_ clause: FilterExpression) -> UserQuery? {
        switch clause {
        case .compare(["id"], .eq, .text(let id)): return User.ID(id).map { .ids([$0]) } ?? .nobody
        case .isIn(["id"], let ids):
            return .ids(ids.compactMap { if case .text(let id) = $0 { User.ID(id) } else { nil } })
        case .any(["otherMails"], .compare([], .eq, .text(let address))?):
            return EmailAddress(address).map { .address($0) } ?? .nobody
        case .any(["proxyAddresses"], .compare([], .eq, .text(let proxy))?):
            let parts = proxy.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "smtp", let address = EmailAddress(String(parts[1])) else {
                return .nobody
            }
            return .address(address)
        case .any(["identities"], let predicate?): return identity(predicate)
        default: return nil
        }
    }

    /// An issuer and what it calls the user; one without the other is looked for row by row.
    private static func identity(_ predicate: FilterExpression) -> UserQuery? {
        var issuer: String?
        var subject: String?
        for clause in predicate.conjuncts {
            switch clause {
            case .compare(["issuer"], .eq, .text(let text)): issuer = text
            case .compare(["issuerAssignedId"], .eq, .text(let text)): subject = text
            default: return nil
            }
        }
        guard let issuer, let subject, let key = IdentityKey(issuer: issuer, assignedID: subject) else { return nil }
        return .identity(key)
    }

    private static func selection(_ clause: FilterExpression) -> UserSelection? {
        switch clause {
        case .compare(["mail"], .eq, .text(let text)): .name(.mail, .exactly(text))
        case .compare(["userPrincipalName"], .eq, .text(let text)): .name(.userPrincipalName, .exactly(text))
        case .compare(["displayName"], .eq, .text(let text)): .name(.displayName, .exactly(text))
        case .function(.startsWith, ["mail"], let text): .name(.mail, .beginning(text))
        case .function(.startsWith, ["userPrincipalName"], let text): .name(.userPrincipalName, .beginning(text))
        case .function(.startsWith, ["displayName"], let text): .name(.displayName, .beginning(text))
        case .compare(["externalUserState"], .eq, .text(let text)):
            User.ExternalUserState(rawValue: text).map { .state($0) }
        case .compare(["creationType"], .eq, .text(let text)): User.CreationType(rawValue: text).map { .creation($0) }
        case .compare(["userType"], .eq, .text(let text)): User.UserType(rawValue: text).map { .type($0) }
        case .compare(["createdDateTime"], .eq, .time), .compare(["createdDateTime"], .ge, .time),
            .compare(["createdDateTime"], .gt, .time), .compare(["createdDateTime"], .le, .time),
            .compare(["createdDateTime"], .lt, .time):
            times(in: [clause])
        default: nil
        }
    }

    private static func match(of property: String, in conjuncts: [FilterExpression]) -> UserNameMatch {
        for clause in conjuncts {
            switch clause {
            case .compare([property], .eq, .text(let text)): return .exactly(text)
            case .function(.startsWith, [property], let text): return .beginning(text)
            default: continue
            }
        }
        return .anything
    }

    private static let earliest = Date(timeIntervalSince1970: -62_135_596_800)
    private static let latest = Date(timeIntervalSince1970: 253_402_300_799)

    /// Times are told in seconds and kept in milliseconds: the bounds take in the whole second, and the filter decides.
    private static func times(in conjuncts: [FilterExpression]) -> UserSelection {
        var (from, through) = (earliest, latest)
        for clause in conjuncts {
            guard case .compare(["createdDateTime"], let comparison, .time(let time)) = clause else { continue }
            if comparison == .eq || comparison == .ge || comparison == .gt { from = max(from, time) }
            if comparison == .eq || comparison == .le || comparison == .lt {
                through = min(through, time.addingTimeInterval(1))
            }
        }
        return .created(from: from, through: through)
    }
}

extension UserSelection {
    /// Whether the clause asks for nothing more than the list is of.
    fileprivate func isWhole(for clause: FilterExpression) -> Bool {
        switch self {
        // Where two texts are equal without ASCII case is asked of both alike.
        case .name, .type, .state, .creation, .reports: true
        case .all, .created: false
        }
    }
}

extension IdentityKey {
    /// The key that Graph's issuer and id stand for; nil where the issuer does not give ids out (`ExternalAzureAD`).
    init?(issuer: String, assignedID: String) {
        switch issuer.lowercased() {
        case "externalazuread": return nil
        case "google.com": self.init(issuer: "https://accounts.google.com", subject: assignedID)
        case "facebook.com": self.init(issuer: "https://www.facebook.com", subject: assignedID)
        case "mail":
            self.init(issuer: "mail", subject: EmailAddress(assignedID)?.normalized ?? assignedID)
        default: self.init(issuer: issuer, subject: assignedID)
        }
    }
}
