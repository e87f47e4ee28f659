import Cryptography
import Directory
import FoundationEssentials
import Gateway
import JSON
import Testing

/// A page that says no says it in the person's language, all of it, and names that language.
@Suite("Languages of refusals") struct LanguageTests {
    private func expect(
        _ browser: Visitor, _ language: String, _ status: Int, _ sentences: String...,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(browser.response.status == status, sourceLocation: location)
        #expect(browser.page.contains("<html lang=\"\(language)\""), "\(browser.page)", sourceLocation: location)
        for sentence in sentences {
            #expect(browser.page.contains(sentence), "\(browser.page)", sourceLocation: location)
        }
        for english in ["What you can do", "Use another account", "Return to", "Error:", "is not", "You "] {
            #expect(!browser.page.contains(english), "\(english): \(browser.page)", sourceLocation: location)
        }
    }

    @Test func `as the browser prefers, where no sign-in is known`() async throws {
        let gateway = try await TestGateway()
        let browser = Visitor(gateway)
        browser.language = "ja, de-CH;q=0.9, en;q=0.5"
        await browser.open("/\(gateway.woodgrove.id)/signin/\(UUID().uuidString.lowercased())")
        expect(browser, "de", 400, "Diese Anmeldung wurde in einem anderen Browser begonnen")
        await browser.open("/no-such-tenant.test/oauth2/v2.0/authorize?client_id=x")
        expect(browser, "de", 404, "Eine Organisation mit diesem Namen gibt es hier nicht.")
        await browser.open("/nowhere")
        expect(browser, "de", 404, "Unter dieser Adresse gibt es keine Seite.")
        await browser.post("/\(gateway.woodgrove.id)/redeem", [("token", "x.y")])
        expect(browser, "de", 410, "Dieser Einladungslink ist unvollständig")
        await browser.open("/\(gateway.woodgrove.id)/oauth2/v2.0/authorize?client_id=x&ui_locales=fr")
        expect(browser, "fr", 400, "a fait une requête incorrecte")
    }

    @Test func `as the application asked, on every page of its sign-in`() async throws {
        let gateway = try await TestGateway()
        let browser = Visitor(gateway)
        browser.language = "de"
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("ui_locales", "fr-CA de")]))
        await browser.submit("/address", [("email", "nobody")])
        expect(browser, "fr", 400, "Entrez une adresse complète", "<title>Erreur")
        await browser.submit("/address", [("email", "olga@outside.test")])
        await browser.submit("/code", [("code", "12345678")])
        expect(browser, "fr", 400, "Ce code n’est pas le bon.")
        for _ in 1...5 { await browser.submit("/send") }
        expect(browser, "fr", 429, "Trop de codes ont été demandés en peu de temps.", "Réessayer")

        // A stranger who proved who they are.
        let stranger = Visitor(gateway)
        await stranger.open(run.url([("ui_locales", "fr"), ("login_hint", "nora@northwind.test")]))
        await stranger.open(try gateway.provider.authorize(try #require(stranger.destination)))
        expect(
            stranger, "fr", 403, "mais Woodgrove Groceries n’a pas invité ce compte.", "Utiliser un autre compte",
            "Revenir à The web application")

        // Evidence that the callback refuses.
        let deceived = Visitor(gateway)
        await deceived.open(run.url([("ui_locales", "fr"), ("login_hint", "nora@northwind.test")]))
        gateway.provider.set { $0.claims = ["aud": "another"] }
        await deceived.open(try gateway.provider.authorize(try #require(deceived.destination)))
        expect(deceived, "fr", 403, "La réponse de Northwind ID n’a pas pu être acceptée.")
    }

    @Test func `the application's developer reads English`() async throws {
        let gateway = try await TestGateway()
        let browser = Visitor(gateway)
        browser.language = "fr"
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("prompt", "none"), ("ui_locales", "fr")]))
        let answer = try run.answer(browser.destination)
        #expect(answer["error_description"] == "AADSTS50058: You need to sign in.", "\(answer)")
    }
}
