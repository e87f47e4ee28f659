import Cryptography
import Directory
import Gateway
import JSON
import Storage

/// The demo's two organisations, declared as any operator would declare them.
struct DemoScene: Sendable {
    static let hostDomain = "woodgrove.example"
    static let partnerDomain = "fabrikam.example"
    static let outsider = "megan@lakeside.example"

    let stage: DemoStage

    /// Ways to take part, as they are printed.
    enum Way: String {
        case administrator = "be the administrator"
        case employee = "be the partner's employee"
        case stranger = "see why"
        case guest = "be the guest"
    }

    /// Makes everything that is not there yet.
    func raise(_ installation: Installation) async -> Result<DemoFacts, CommandFailure> {
        do throws(CommandFailure) {
            let host = try await apply(hostDeclaration, installation)
            let partner = try await apply(partnerDeclaration, installation)
            var facts = DemoFacts(base: installation.base, tenants: [host.tenant, partner.tenant])
            facts.applications = applications(of: host, Self.hostApplications(stage.labPort))
            facts.applications += applications(of: partner, Self.partnerApplications(stage.labPort))
            facts.accounts = [
                account(host.tenant, "admin@\(Self.hostDomain)", "admin", .administrator),
                account(partner.tenant, "adele@\(Self.partnerDomain)", "adele", .employee),
                account(partner.tenant, "ben@\(Self.partnerDomain)", "ben", .stranger),
                account(host.tenant, Self.outsider, nil, .guest),
            ]
            facts.invitations = [
                try await invite("adele@\(Self.partnerDomain)", "Adele Vance", host.tenant, installation),
                try await invite(Self.outsider, "Megan Bowen", host.tenant, installation),
            ].compactMap { $0 }
            return .success(facts)
        } catch {
            return .failure(error)
        }
    }

    /// Declares the outside providers that the lab serves, and invites the first person of each.
    func join(
        _ partners: [DemoLab.Partner], _ installation: Installation, _ before: DemoFacts
    ) async -> Result<DemoFacts, CommandFailure> {
        var facts = before
        let host = before.tenants[0]
        do throws(CommandFailure) {
            _ = try await apply(
                [
                    "tenant": .string(host.id.description),
                    "applications": Self.publishedApplications(stage.labPort),
                ], installation)
            for partner in partners {
                facts.partners.append(partner.facts)
                _ = try await apply(
                    ["tenant": .string(host.id.description), "partners": .array([partner.declaration])], installation)
                guard let account = partner.accounts.first, let email = account["email"]?.string else { continue }
                if let made = try await invite(email, nil, host, installation) { facts.invitations.append(made) }
                facts.accounts.append(
                    DemoFacts.Account(
                        tenant: host.id, email: email, password: account["password"]?.string,
                        way: account["way"]?.string ?? "come from \(partner.displayName)",
                        partner: partner.controlURL.map { (partner.displayName, $0) }))
            }
            return .success(facts)
        } catch {
            return .failure(error)
        }
    }

    // MARK: Doing

    private func apply(
        _ declaration: JSONValue, _ installation: Installation
    ) async throws(CommandFailure) -> AppliedDeclaration {
        do {
            let file = try DeclaredFile(name: "the demo's declaration", bytes: JSONWriter.write(declaration))
            let declared = try Declaration(file) { _ in nil }
            return try await installation.apply(declared, asOperator: true, by: "vestibule demo")
        } catch let refusal as DeclarationRefusal {
            switch refusal {
            case .fault(let fault): throw CommandFailure(.fault, "\(fault)")
            case .storage(let error): throw CommandFailure(.refused, "the demo's scene can't be made. \(error)")
            }
        } catch {
            throw CommandFailure(.fault, "\(error)")
        }
    }

    /// Nil: invited in an earlier run.
    private func invite(
        _ text: String, _ name: String?, _ host: Tenant, _ installation: Installation
    ) async throws(CommandFailure) -> (email: String, url: String)? {
        guard let address = EmailAddress(text) else { throw CommandFailure(.fault, "\(text) is no address") }
        do {
            guard try await installation.store.users(host.id, mail: address).isEmpty,
                let snapshot = try await installation.settings.snapshot(host.id)
            else { return nil }
            let issued = try await installation.invite(
                InvitationRequest(address: address, displayName: name, message: "Welcome to our demo."),
                to: snapshot, by: nil, inviterName: "Woodgrove Groceries")
            return (text, issued.redeemURL)
        } catch {
            throw CommandFailure(.refused, "\(text) can't be invited: \(error)")
        }
    }

    private func account(_ tenant: Tenant, _ email: String, _ secret: String?, _ way: Way) -> DemoFacts.Account {
        DemoFacts.Account(
            tenant: tenant.id, email: email, password: secret.map { stage.secrets[$0] }, way: way.rawValue)
    }

    private func applications(
        of applied: AppliedDeclaration, _ declared: [DemoApplication]
    ) -> [DemoFacts.Application] {
        declared.compactMap { application in
            guard application.isListed,
                let item = applied.items("application").first(where: { $0.name == application.name }),
                let client = item.facts.first(where: { $0.name == "client_id" })?.value
            else { return nil }
            return DemoFacts.Application(
                tenant: applied.tenant.id, clientID: client, declared: application,
                secret: application.secret.map { stage.secrets[$0] },
                jwk: application.authentication == "private_key_jwt" ? stage.secrets.jwk : nil)
        }
    }

    // MARK: What is declared

    private var hostDeclaration: JSONValue {
        [
            "tenant": [
                "domain": .string(Self.hostDomain), "name": "Woodgrove Groceries",
                "privacy": ["statement": "https://woodgrove.example/privacy", "contact": "privacy@woodgrove.example"],
            ],
            "applications": .array(Self.hostApplications(stage.labPort).map { $0.declaration(stage.secrets) }),
            "members": [
                [
                    "name": .string("admin@\(Self.hostDomain)"), "displayName": "Robin Counts",
                    "password": .string(stage.secrets["admin"]), "roles": ["Global Administrator"],
                ]
            ],
        ]
    }

    private var partnerDeclaration: JSONValue {
        [
            "tenant": ["domain": .string(Self.partnerDomain), "name": "Fabrikam"],
            "applications": .array(Self.partnerApplications(stage.labPort).map { $0.declaration(stage.secrets) }),
            "members": [
                [
                    "name": .string("adele@\(Self.partnerDomain)"), "displayName": "Adele Vance",
                    "password": .string(stage.secrets["adele"]),
                ],
                [
                    "name": .string("ben@\(Self.partnerDomain)"), "displayName": "Ben Walters",
                    "password": .string(stage.secrets["ben"]),
                ],
            ],
        ]
    }
}
