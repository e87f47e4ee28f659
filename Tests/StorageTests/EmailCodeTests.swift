import Directory
import FoundationEssentials
import Storage
import Testing

@Suite("Email codes") struct EmailCodeTests {
    private let limits = EmailCodeLimits()
    private let address = digest(3)

    private func code(_ signIn: UInt8, mac: UInt8, at time: Date = now) -> EmailCode {
        EmailCode(
            tenant: woodgrove, addressDigest: address, signIn: sampleID(signIn), codeMAC: digest(mac),
            createdAt: time, expiresAt: time.adding(1800))
    }

    private func take(_ store: Store, _ signIn: UInt8, at time: Date = now) async throws -> [UInt8]? {
        try await store.takeEmailCodeTry(
            woodgrove, addressDigest: address, signIn: sampleID(signIn), limits: limits, at: time)
    }

    @Test(arguments: Backend.available)
    func `of fifty guesses at once five reach the code`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.replaceEmailCode(code(1, mac: 10), limits: limits)])
            let reached = try await winners(of: 50) { try await take(store, 1) == digest(10) }
            #expect(reached == 5)
        }
    }

    @Test(arguments: Backend.available)
    func `a code is good for its own sign-in, until it expires`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.replaceEmailCode(code(1, mac: 10), limits: limits)])
            #expect(try await take(store, 2) == nil)
            #expect(try await take(store, 1, at: now.adding(1800)) == nil)
            #expect(try await take(store, 1, at: now.adding(1799)) == digest(10))
        }
    }

    @Test(arguments: Backend.available)
    func `a new code ends the old`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.replaceEmailCode(code(1, mac: 10), limits: limits)])
            try await store.commit([.replaceEmailCode(code(2, mac: 11), limits: limits)])
            #expect(try await take(store, 1) == nil)
            #expect(try await take(store, 2) == digest(11))
        }
    }

    @Test(arguments: Backend.available)
    func `a right code is right once, its last try included`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.replaceEmailCode(code(1, mac: 10), limits: limits)])
            for _ in 1...5 { #expect(try await take(store, 1) != nil) }
            let end = Step.endEmailCode(
                addressDigest: address, signIn: sampleID(1), codeMAC: digest(10), in: woodgrove, at: now)
            let wrong = Step.endEmailCode(
                addressDigest: address, signIn: sampleID(1), codeMAC: digest(11), in: woodgrove, at: now)
            #expect(try await store.applies([wrong]) == false)
            #expect(try await winners(of: 50) { try await store.applies([end]) } == 1)
        }
    }

    @Test(arguments: Backend.available)
    func `an ended code takes no tries`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([
                .replaceEmailCode(code(1, mac: 10), limits: limits),
                .endEmailCode(
                    addressDigest: address, signIn: sampleID(1), codeMAC: digest(10), in: woodgrove, at: now),
            ])
            #expect(try await take(store, 1) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `an address has five sends and twenty tries a day, and the next day again`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            for number in UInt8(1)...5 {
                let replace = Step.replaceEmailCode(code(number, mac: number), limits: limits)
                #expect(try await store.applies([replace]))
                let reached = try await winners(of: 8) { try await take(store, number) != nil }
                #expect(reached == (number < 5 ? 5 : 0), "four codes use up the day's twenty tries")
            }
            let sixth = Step.replaceEmailCode(code(6, mac: 6), limits: limits)
            #expect(try await winners(of: 10) { try await store.applies([sixth]) } == 0)

            let tomorrow = now.adding(86_400)
            #expect(try await store.applies([.replaceEmailCode(code(7, mac: 7, at: tomorrow), limits: limits)]))
            #expect(try await take(store, 7, at: tomorrow) == digest(7))
        }
    }

    @Test(arguments: Backend.available)
    func `a code lives over midnight with its tries`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let midnight = Date(timeIntervalSince1970: (now.timeIntervalSince1970 / 86_400).rounded(.up) * 86_400)
            let evening = midnight.adding(-60)
            try await store.commit([.replaceEmailCode(code(1, mac: 10, at: evening), limits: limits)])
            for _ in 1...3 { #expect(try await take(store, 1, at: evening) != nil) }
            for _ in 1...2 { #expect(try await take(store, 1, at: midnight) != nil) }
            #expect(try await take(store, 1, at: midnight) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `old rows are purged, and the day's counts with them only when the day is over`(
        _ backend: Backend
    ) async throws {
        try await backend.withStore { store in
            for number in UInt8(1)...5 {
                try await store.commit([.replaceEmailCode(code(number, mac: number), limits: limits)])
            }
            try await store.commit([.purgeEmailCodes(in: woodgrove, before: now.adding(1801))])
            let again = Step.replaceEmailCode(code(6, mac: 6, at: now.adding(1802)), limits: limits)
            #expect(try await store.applies([again]) == false)
        }
    }
}
