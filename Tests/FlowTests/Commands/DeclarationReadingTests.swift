import Foundation
import Gateway
import Testing

/// A declaration that can't be used is told in one sentence: the file, the line, the key, and what is wrong.
@Suite("Declarations, read") struct DeclarationReadingTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let text: String
        let line: Int
        let key: String?
        let words: String

        init(_ text: String, _ line: Int, _ key: String?, _ words: String) {
            (self.text, self.line, self.key, self.words) = (text, line, key, words)
        }

        var testDescription: String { words }
    }

    static let bad: [Bad] = [
        Bad("{", 1, nil, "ends where"),
        Bad("[]", 1, nil, "must hold an object, not an array"),
        Bad("{\n}", 1, "tenant", "is missing"),
        Bad("{ tenant: 7 }", 1, "tenant", "must be an object, not a number"),
        Bad("{ tenant: 'a.test',\n aplications: [] }", 2, "aplications", "is not known"),
        Bad("{ tenant: { domain: 'nowhere' } }", 1, "tenant.domain", "which is not a domain"),
        Bad("{ tenant: 'a.test', applications: {} }", 1, "applications", "must be an array of objects"),
        Bad("{ tenant: 'a.test', applications: [\n {} ] }", 2, "applications[0].name", "is missing"),
        Bad(
            "{ tenant: 'a.test', applications: [\n {name: 'A',\n redirectUris: []} ] }", 3,
            "applications[0].redirectUris", "is not known"),
        Bad(
            "{ tenant: 'a.test', applications: [{name: 'A'}, {name: 'A'}] }", 1, "applications[1].name",
            "declared above already"),
        Bad(
            "{ tenant: 'a.test', applications: [{name: 'A', kind: 'website'}] }", 1, "applications[0].kind",
            "not one of web, spa, native, daemon, api"),
        Bad(
            "{ tenant: 'a.test', applications: [{name: 'A', secret: 'hunter2'}] }", 1, "applications[0].secret",
            "at least 32 characters"),
        Bad(
            "{ tenant: 'a.test', applications: [{name: 'A', secretFile: 'gone'}] }", 1,
            "applications[0].secretFile", "names gone, which can't be read"),
        Bad(
            "{ tenant: 'a.test', applications: [{name: 'A', accessTokenLifetime: 5}] }", 1,
            "applications[0].accessTokenLifetime", "must be from 600 to 86400"),
        Bad(
            "{ tenant: 'a.test', applications: [{name: 'A', jwks: {keys: []}}] }", 1, "applications[0].jwks",
            "holds no key"),
        Bad(
            "{ tenant: 'a.test', partners: [{name: 'The Partner'}] }", 1, "partners[0].name", "lower-case letters"),
        Bad("{ tenant: 'a.test', partners: [{name: 'p'}] }", 1, "partners[0].issuer", "is missing"),
        Bad(
            "{ tenant: 'a.test', partners: [{name: 'p', issuer: 'https://i.test', clientID: 'c', algorithms: ['none']}] }",
            1, "partners[0].algorithms[0]", "no signature algorithm"),
        Bad(
            "{ tenant: 'a.test', partners: [{name: 'p', issuer: 'https://i.test', clientID: 'c', scopes: ['email']}] }",
            1, "partners[0].scopes", "must contain openid"),
        Bad("{ tenant: 'a.test', members: [{name: 'nobody'}] }", 1, "members[0].name", "not an email address"),
        Bad(
            "{ tenant: 'a.test', members: [{name: 'a@a.test', password: 'short'}] }", 1, "members[0].password",
            "at least 12"),
        Bad(
            "{ tenant: 'a.test', members: [{name: 'a@a.test', roles: ['King']}] }", 1, "members[0].roles[0]",
            "not one of Global Administrator"),
        Bad(
            "{ tenant: 'a.test', assignments: [{application: 'A'}] }", 1, "assignments[0]",
            "needs \"user\" or \"group\""),
    ]

    @Test("says what is wrong, and where", arguments: bad)
    func faults(_ bad: Bad) throws {
        let fault = #expect(throws: FileFault.self) {
            _ = try Declaration(DeclaredFile(name: "it.json5", bytes: Array(bad.text.utf8))) { _ in nil }
        }
        #expect(fault?.line == bad.line)
        #expect(fault?.key == bad.key)
        #expect(fault?.description.hasPrefix("it.json5, line \(bad.line): ") == true)
        #expect(fault?.description.contains(bad.words) == true, "\(fault?.description ?? "")")
    }

    @Test func `a secret comes from the first line of its file`() throws {
        let text = "{ tenant: 'a.test', applications: [{name: 'A', kind: 'web', secretFile: 'in/it'}] }"
        let secret = String(repeating: "s", count: 40)
        let declared = try Declaration(DeclaredFile(name: "it.json5", bytes: Array(text.utf8))) { path in
            path == "in/it" ? Array("\(secret)\nmore\n".utf8) : nil
        }
        #expect(declared.applications[0].secrets == [secret])
    }
}
