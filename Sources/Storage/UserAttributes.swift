package import Directory
package import JSON

enum UserAttributeStatements {
    static let put = Statement(
        "user_attribute_put",
        """
        INSERT INTO user_attributes (tenant, user_id, name, value) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, user_id, name) DO UPDATE SET value = excluded.value
        """)
    static let remove = Statement(
        "user_attribute_remove", "DELETE FROM user_attributes WHERE tenant = $1 AND user_id = $2 AND name = $3")
    static let ofUser = Statement(
        "user_attributes_of_user",
        "SELECT name, value FROM user_attributes WHERE tenant = $1 AND user_id = $2 ORDER BY name")
    static let deleteOfUser = Statement(
        "user_attributes_delete_of_user", "DELETE FROM user_attributes WHERE tenant = $1 AND user_id = $2")
    static let all = [put, remove, ofUser, deleteOfUser]
}

private struct UserAttributeRow: RowDecodable {
    let id: UserFlowAttribute.ID
    let value: AttributeValue

    init(_ row: inout RowReader) throws(StorageError) {
        let name = try row.text()
        guard let id = UserFlowAttribute.ID(name) else { throw .unreadable("\"\(name)\" is no attribute") }
        guard let value = AttributeValue(json: try row.json()) else {
            throw .unreadable("the value of \(name) is of no attribute's type")
        }
        (self.id, self.value) = (id, value)
    }
}

extension AttributeValue {
    package var json: JSONValue {
        switch self {
        case .string(let text): .string(text)
        case .boolean(let flag): .bool(flag)
        case .integer(let number): .integer(number)
        }
    }

    /// Nil: of another type than an attribute can have.
    package init?(json: JSONValue) {
        if let text = json.string {
            self = .string(text)
        } else if let flag = json.bool {
            self = .boolean(flag)
        } else if let number = json.integer {
            self = .integer(number)
        } else {
            return nil
        }
    }
}

extension Store {
    /// What the user's own properties have no place for: the organisation's attributes, and of the built-in ones city,
    /// country, postal code, state and street address.
    package func attributes(
        _ tenant: Tenant.ID, ofUser user: User.ID
    ) async throws(StorageError) -> [UserFlowAttribute.ID: AttributeValue] {
        let rows: [UserAttributeRow] = try await all(UserAttributeStatements.ofUser, [.id(tenant), .id(user)])
        return Dictionary(rows.map { ($0.id, $0.value) }) { first, _ in first }
    }
}

extension Step {
    package static func putAttribute(
        _ id: UserFlowAttribute.ID, _ value: AttributeValue, ofUser user: User.ID, in tenant: Tenant.ID
    ) -> Step {
        Step(
            UserAttributeStatements.put,
            [.id(tenant), .id(user), .text(id.description), .json(value.json)])
    }

    package static func removeAttribute(
        _ id: UserFlowAttribute.ID, ofUser user: User.ID, in tenant: Tenant.ID
    ) -> Step {
        Step(UserAttributeStatements.remove, [.id(tenant), .id(user), .text(id.description)])
    }
}
