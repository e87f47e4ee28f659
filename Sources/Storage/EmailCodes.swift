package import Directory
package import FoundationEssentials

/// How often an address may be sent a code, and guessed at.
package struct EmailCodeLimits: Sendable, Hashable {
    package var triesPerCode: Int
    package var sendsPerDay: Int
    package var triesPerDay: Int

    package init(triesPerCode: Int = 5, sendsPerDay: Int = 5, triesPerDay: Int = 20) {
        self.triesPerCode = triesPerCode
        self.sendsPerDay = sendsPerDay
        self.triesPerDay = triesPerDay
    }
}

/// The code that was mailed to an address last, never in clear. An address that nobody invited gets a row too, whose
/// MAC no code has, so that the two look alike from outside.
package struct EmailCode: Sendable, Hashable {
    package var tenant: Tenant.ID
    /// A keyed digest of the normalized address.
    package var addressDigest: [UInt8]
    /// The only sign-in that the code is good for.
    package var signIn: SignInID
    package var codeMAC: [UInt8]
    package var createdAt: Date
    package var expiresAt: Date

    package init(
        tenant: Tenant.ID, addressDigest: [UInt8], signIn: SignInID, codeMAC: [UInt8], createdAt: Date, expiresAt: Date
    ) {
        self.tenant = tenant
        self.addressDigest = addressDigest
        self.signIn = signIn
        self.codeMAC = codeMAC
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

enum EmailCodeStatements {
    /// The day's counts stay when a code replaces another on the same day.
    static let replace = Statement(
        "email_code_replace",
        """
        INSERT INTO email_codes (tenant, address_digest, sign_in, code_mac, tries_left, created_at, expires_at, day,
            day_sends, day_tries)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 0)
        ON CONFLICT (tenant, address_digest) DO UPDATE SET sign_in = excluded.sign_in, code_mac = excluded.code_mac,
            tries_left = excluded.tries_left, created_at = excluded.created_at, expires_at = excluded.expires_at,
            ended_at = NULL, day = excluded.day,
            day_sends = CASE WHEN email_codes.day = excluded.day THEN email_codes.day_sends + 1 ELSE 1 END,
            day_tries = CASE WHEN email_codes.day = excluded.day THEN email_codes.day_tries ELSE 0 END
        WHERE email_codes.day <> excluded.day OR email_codes.day_sends < $9
        """)
    static let takeTry = Statement(
        "email_code_take_try",
        """
        UPDATE email_codes SET tries_left = tries_left - 1, day = $5,
            day_sends = CASE WHEN day = $5 THEN day_sends ELSE 0 END,
            day_tries = CASE WHEN day = $5 THEN day_tries + 1 ELSE 1 END
        WHERE tenant = $1 AND address_digest = $2 AND sign_in = $3 AND ended_at IS NULL AND tries_left > 0
            AND expires_at > $4 AND (day <> $5 OR day_tries < $6)
        RETURNING code_mac
        """)
    static let end = Statement(
        "email_code_end",
        """
        UPDATE email_codes SET ended_at = $5
        WHERE tenant = $1 AND address_digest = $2 AND sign_in = $3 AND code_mac = $4 AND ended_at IS NULL
            AND expires_at > $5
        """)
    static let purge = Statement(
        "email_codes_purge", "DELETE FROM email_codes WHERE tenant = $1 AND expires_at < $2 AND day < $3")
    static let all = [replace, takeTry, end, purge]
}

extension Step {
    /// Makes this the address's only code. Not applied where the address has had its sends of the day (UTC).
    package static func replaceEmailCode(_ code: EmailCode, limits: EmailCodeLimits) -> Step {
        Step(
            EmailCodeStatements.replace,
            [
                .id(code.tenant), .bytes(code.addressDigest), .id(code.signIn), .bytes(code.codeMAC),
                .int(limits.triesPerCode), .time(code.createdAt), .time(code.expiresAt), day(code.createdAt),
                .int(limits.sendsPerDay),
            ], .one)
    }

    /// Ends the code because it was right; in one commit with what it proves. Not applied where it ended already.
    package static func endEmailCode(
        addressDigest: [UInt8], signIn: SignInID, codeMAC: [UInt8], in tenant: Tenant.ID, at now: Date
    ) -> Step {
        Step(
            EmailCodeStatements.end,
            [.id(tenant), .bytes(addressDigest), .id(signIn), .bytes(codeMAC), .time(now)], .one)
    }

    package static func purgeEmailCodes(in tenant: Tenant.ID, before: Date) -> Step {
        Step(EmailCodeStatements.purge, [.id(tenant), .time(before), day(before)])
    }

    fileprivate static func takeEmailCodeTry(
        addressDigest: [UInt8], signIn: SignInID, limits: EmailCodeLimits, in tenant: Tenant.ID, at now: Date
    ) -> Step {
        Step(
            EmailCodeStatements.takeTry,
            [
                .id(tenant), .bytes(addressDigest), .id(signIn), .time(now), day(now), .int(limits.triesPerDay),
            ], .one)
    }

    private static func day(_ date: Date) -> SQLValue {
        .integer(Int64((date.timeIntervalSince1970 / 86_400).rounded(.down)))
    }
}

extension Store {
    /// Takes one try, durably, and only then answers the MAC to compare with. Nil: no code of this sign-in is alive,
    /// or its tries, or the address's tries of the day, are used up.
    package func takeEmailCodeTry(
        _ tenant: Tenant.ID, addressDigest: [UInt8], signIn: SignInID, limits: EmailCodeLimits, at now: Date
    ) async throws(StorageError) -> [UInt8]? {
        let step = Step.takeEmailCodeTry(
            addressDigest: addressDigest, signIn: signIn, limits: limits, in: tenant, at: now)
        let row: SingleBytes? = try await taken(step)
        return row?.bytes
    }
}
