internal import Cryptography
internal import Directory
internal import HTTP
internal import Storage

/// User flows with what they are made of: connectors and attributes.
extension DeclarationPlan {
    /// As they will be, those included that the declaration leaves out.
    private struct SignUpSettings {
        var flows: [UserFlow] = []
        var attributes: [UserFlowAttribute] = []
        var connectors: [APIConnector] = []
    }

    /// A form of ours is read whole, and nobody answers more than this.
    private static let mostQuestions = 50

    mutating func decideSignUp() async throws(DeclarationRefusal) {
        guard !declaration.connectors.isEmpty || !declaration.attributes.isEmpty || !declaration.userFlows.isEmpty
        else { return }
        var settings = try await storedSignUp()
        for declared in declaration.connectors { try await decide(declared, in: &settings) }
        do throws(FileFault) {
            for declared in declaration.attributes { try decide(declared, in: &settings) }
            for declared in declaration.userFlows { try decide(declared, in: &settings) }
        } catch {
            throw .fault(error)
        }
    }

    private func storedSignUp() async throws(DeclarationRefusal) -> SignUpSettings {
        guard !isNew else { return SignUpSettings() }
        do throws(StorageError) {
            guard let settings = try await installation.store.settings(tenant.id) else { return SignUpSettings() }
            do throws(SettingsFormatError) {
                return try SignUpSettings(
                    flows: settings.userFlows(), attributes: settings.userFlowAttributes(),
                    connectors: settings.apiConnectors())
            } catch {
                throw StorageError.unreadable("version \(settings.number) of the settings of \(tenant.id): \(error)")
            }
        } catch {
            throw .storage(error)
        }
    }

    // MARK: Connectors

    private mutating func decide(
        _ declared: DeclaredConnector, in settings: inout SignUpSettings
    ) async throws(DeclarationRefusal) {
        guard let url = HTTPURL(declared.url), url.fragment == nil,
            url.scheme == .https || (installation.isDevelopment && url.isLoopback)
        else { throw .fault(declared.urlPlace.fault("is \(declared.url), which is no https address")) }
        let known = settings.connectors.firstIndex { $0.displayName == declared.name }
        let before = known.map { settings.connectors[$0] }
        let id = before?.id ?? .random(installation.environment.randomBytes)
        let authentication: APIConnector.Authentication
        let secret: Secret?
        switch declared.authentication {
        case .basic(let username, let password):
            authentication = .basic(username: username, secretName: "connector/\(id)/password")
            secret = password
        case .clientCertificate(let identity):
            authentication = .clientCertificate(secretName: "connector/\(id)/certificate")
            secret = identity
        }
        if secret == nil, before?.authentication.secretName != authentication.secretName {
            throw .fault(declared.secretPlace.fault("is missing, and a new connector needs it"))
        }
        let connector = APIConnector(
            id: id, displayName: declared.name, targetURL: declared.url, authentication: authentication)
        var isSecretNew = false
        if let secret { isSecretNew = try await keep(secret, named: authentication.secretName) }
        if let known { settings.connectors[known] = connector } else { settings.connectors.append(connector) }
        if connector != before { changedSettings.append(SettingsObject(connector)) }
        items.append(
            AppliedDeclaration.Item(
                "connector", connector.displayName,
                before == nil ? .created : connector == before && !isSecretNew ? .unchanged : .updated,
                [("id", id.description)]))
    }

    /// Stores a secret unless it is the one that is stored. Answers whether it did.
    private mutating func keep(_ secret: Secret, named name: String) async throws(DeclarationRefusal) -> Bool {
        let place = SecretRecord.associatedData(tenant.id, name)
        let stored: SecretRecord?
        do { stored = try await installation.store.secret(tenant.id, name: name) } catch { throw .storage(error) }
        if let stored, let known = try? installation.masterKey.unwrap(stored.wrapped, associatedData: place),
            known == secret
        {
            return false
        }
        let wrapped = installation.masterKey.wrap(
            secret, associatedData: place, environment: installation.environment)
        steps.append(.putSecret(SecretRecord(tenant: tenant.id, name: name, wrapped: wrapped)))
        return true
    }

    // MARK: Attributes

    private mutating func decide(
        _ declared: DeclaredAttribute, in settings: inout SignUpSettings
    ) throws(FileFault) {
        guard let id = UserFlowAttribute.ID(custom: declared.name, of: tenant.id),
            UserFlowAttribute.BuiltIn(rawValue: declared.name) == nil
        else {
            throw declared.place.fault(
                "is \"\(declared.name)\"; it may hold letters, digits and underscores, and is no built-in attribute's")
        }
        let known = settings.attributes.firstIndex { $0.id == id }
        let before = known.map { settings.attributes[$0] }
        if let before, before.dataType != declared.dataType {
            throw declared.place.fault("is \(declared.name), whose type is \(before.dataType.rawValue) for good")
        }
        let attribute = UserFlowAttribute(
            id: id, displayName: declared.displayName ?? before?.displayName ?? declared.name,
            dataType: declared.dataType)
        if let known { settings.attributes[known] = attribute } else { settings.attributes.append(attribute) }
        if attribute != before { changedSettings.append(SettingsObject(attribute)) }
        items.append(
            AppliedDeclaration.Item(
                "userAttribute", declared.name,
                before == nil ? .created : attribute == before ? .unchanged : .updated, [("id", id.description)]))
    }

    // MARK: Flows

    private mutating func decide(_ declared: DeclaredUserFlow, in settings: inout SignUpSettings) throws(FileFault) {
        guard let id = UserFlow.ID(name: declared.name) else { throw declared.place.fault("is no user flow's name") }
        var flow = UserFlow(id: id)
        if let homes = declared.homes {
            var partners: [Partner.ID] = []
            for (name, place) in homes {
                guard let partner = partnerID(named: name) else {
                    throw place.fault("is \"\(name)\", and there is no such partner")
                }
                partners.append(partner)
            }
            flow.providers = .some(partners, emailCode: declared.emailCode)
        }
        for (name, place) in declared.applications {
            let found = applications.first { $0.displayName == name || $0.appID.description == name }
            guard let found else { throw place.fault("is \"\(name)\", and there is no such application") }
            let other = settings.flows.first { $0.id != id && $0.applications.contains(found.appID) }
            if let other { throw place.fault("is \(name), which has the user flow \(other.id)") }
            flow.applications.append(found.appID)
        }
        guard declared.questions.count <= Self.mostQuestions else {
            throw declared.place.fault("asks for more than \(Self.mostQuestions) attributes")
        }
        for question in declared.questions { try add(question, to: &flow, settings) }
        flow.postFederationSignup = try connector(declared.postFederationSignup, settings)
        flow.postAttributeCollection = try connector(declared.postAttributeCollection, settings)
        let known = settings.flows.firstIndex { $0.id == id }
        let before = known.map { settings.flows[$0] }
        if let known { settings.flows[known] = flow } else { settings.flows.append(flow) }
        if flow != before { changedSettings.append(SettingsObject(flow)) }
        items.append(
            AppliedDeclaration.Item(
                "userFlow", declared.name, before == nil ? .created : flow == before ? .unchanged : .updated,
                [("id", id.description)]))
    }

    /// A partner by its name, or another tenant here by its id.
    private func partnerID(named name: String) -> Partner.ID? {
        partners.first { $0.name == name }?.id ?? Tenant.ID(name).map { Partner.ID($0.uuid) }
    }

    private func connector(
        _ named: (name: String, place: Declaration.Place)?, _ settings: SignUpSettings
    ) throws(FileFault) -> APIConnector.ID? {
        guard let named else { return nil }
        guard let connector = settings.connectors.first(where: { $0.displayName == named.name }) else {
            throw named.place.fault("is \"\(named.name)\", and there is no such connector")
        }
        return connector.id
    }

    private func add(
        _ question: DeclaredUserFlow.Question, to flow: inout UserFlow, _ settings: SignUpSettings
    ) throws(FileFault) {
        let builtIn = UserFlowAttribute.BuiltIn(rawValue: question.attribute).map { UserFlowAttribute($0) }
        let own = UserFlowAttribute.ID(custom: question.attribute, of: tenant.id)
        guard let attribute = builtIn ?? settings.attributes.first(where: { $0.id == own }) else {
            throw question.place.fault(
                "is \"\(question.attribute)\", which is neither built in nor in \"userAttributes\"")
        }
        guard !flow.attributes.contains(where: { $0.attribute.id == attribute.id }) else {
            throw question.place.fault("is \(question.attribute), which is asked for above already")
        }
        // Yes or no is a box to tick.
        let input = question.input ?? (attribute.dataType == .boolean ? .checkboxMultiSelect : .textBox)
        let needsOptions = input.isChoice && !(attribute.dataType == .boolean && input == .checkboxMultiSelect)
        guard needsOptions == !question.options.isEmpty, attribute.dataType != .boolean || input.isChoice else {
            throw question.inputPlace.fault(
                "is \(input.rawValue), which \(needsOptions ? "needs" : "has no") \"options\" for \(question.attribute)"
            )
        }
        let values = question.options.map(\.option.value)
        guard Set(values).count == values.count,
            input != .checkboxMultiSelect || !values.contains(where: { $0.contains(",") })
        else { throw question.place.fault("has options with one value, or with a comma where several may be chosen") }
        flow.attributes.append(
            AttributeAssignment(
                attribute, displayName: question.label, isOptional: question.isOptional, input: input,
                options: question.options.map(\.option)))
        for (language, label) in question.labels {
            flow.languages[language, default: .init()].labels[attribute.id] = label
        }
        for (option, names) in question.options {
            for (language, name) in names {
                flow.languages[language, default: .init()].options[attribute.id, default: [:]][option.value] = name
            }
        }
    }
}
