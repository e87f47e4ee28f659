package import Directory
package import FoundationEssentials

/// An application that was told of a session by SAML or WS-Federation, and how: what single logout needs to reach it
/// (SAML Profiles §4.4).
package struct SessionParticipant: Sendable, Hashable {
    package enum Language: String, Sendable, Hashable, CaseIterable {
        case saml, wsFederation
    }

    package var session: Session.ID
    package var application: Application.AppID
    package var language: Language
    /// As the application was told.
    package var nameID: String
    package var nameIDFormat: String
    package var sessionIndex: String
    package var toldAt: Date

    package init(
        session: Session.ID, application: Application.AppID, language: Language, nameID: String, nameIDFormat: String,
        sessionIndex: String, toldAt: Date
    ) {
        self.session = session
        self.application = application
        self.language = language
        self.nameID = nameID
        self.nameIDFormat = nameIDFormat
        self.sessionIndex = sessionIndex
        self.toldAt = toldAt
    }
}

enum ParticipantStatements {
    private static let columns = Columns(
        "tenant", "session_id", "app_id", "language", "name_id", "name_id_format", "session_index", "told_at")

    static let put = Statement(
        "participant_put",
        """
        INSERT INTO session_participants (\(columns.list)) VALUES (\(columns.placeholders()))
        ON CONFLICT (tenant, session_id, app_id, session_index) DO UPDATE SET
            name_id = excluded.name_id, name_id_format = excluded.name_id_format, told_at = excluded.told_at
        """)
    static let ofSession = Statement(
        "participants_of_session",
        """
        SELECT session_id, app_id, language, name_id, name_id_format, session_index, told_at FROM session_participants
        WHERE tenant = $1 AND session_id = $2 ORDER BY told_at, app_id
        """)
    static let byName = Statement(
        "participants_by_name",
        """
        SELECT session_id, app_id, language, name_id, name_id_format, session_index, told_at FROM session_participants
        WHERE tenant = $1 AND app_id = $2 AND name_id = $3 ORDER BY told_at DESC LIMIT 100
        """)
    static let purge = Statement(
        "participants_purge", "DELETE FROM session_participants WHERE tenant = $1 AND session_id < $2")
    static let all = [put, ofSession, byName, purge]
}

extension SessionParticipant: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            session: row.id(), application: row.id(), language: row.choice(), nameID: row.text(),
            nameIDFormat: row.text(), sessionIndex: row.text(), toldAt: row.time())
    }
}

extension Store {
    /// Who was told of a session, the first one first.
    package func participants(
        _ tenant: Tenant.ID, ofSession session: Session.ID
    ) async throws(StorageError) -> [SessionParticipant] {
        try await all(ParticipantStatements.ofSession, [.id(tenant), .id(session)])
    }

    /// The sessions that an application was told of under a name, the latest first, 100 at most.
    package func participants(
        _ tenant: Tenant.ID, of application: Application.AppID, named nameID: String
    ) async throws(StorageError) -> [SessionParticipant] {
        try await all(ParticipantStatements.byName, [.id(tenant), .id(application), .text(nameID)])
    }
}

extension Step {
    package static func putParticipant(_ participant: SessionParticipant, in tenant: Tenant.ID) -> Step {
        Step(
            ParticipantStatements.put,
            [
                .id(tenant), .id(participant.session), .id(participant.application), .choice(participant.language),
                .text(participant.nameID), .text(participant.nameIDFormat), .text(participant.sessionIndex),
                .time(participant.toldAt),
            ])
    }

    /// Removes those of sessions that began before.
    package static func purgeParticipants(in tenant: Tenant.ID, before: Date) -> Step {
        Step(ParticipantStatements.purge, [.id(tenant), firstID(at: before)])
    }
}
