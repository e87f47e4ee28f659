import Testing

@testable import Pages

@Suite("Pages") struct PagesTests {
    static let hostile = #"</title><script>alert(1)</script>"'&<img src=x onerror=alert(1)>"#

    static func frame(_ language: String = "en", organization: String = "Woodgrove Groceries") -> PageFrame {
        PageFrame(
            organization: organization, organizationDomain: "woodgrove.example", language: language, nonce: "bm9uY2U",
            privacyURL: "https://woodgrove.example/privacy")
    }

    static func signUpKinds(_ text: String) -> [SignUpField.Kind] {
        let choices = [SignUpField.Choice(label: text, value: text)]
        return [.text, .wholeNumber, .date, .tick, .list(choices), .radios(choices), .boxes(choices)]
    }

    /// Every page with the same text in every value that comes from outside.
    static func pages(_ text: String, language: String = "en") -> [(name: String, page: Page)] {
        let frame = frame(language, organization: text)
        let target = FormTarget(action: "/t/signin/1/step", token: text)
        let problem = FieldProblem(field: "email", message: text)
        return [
            (
                "sign in",
                signInPage(
                    SignInPage(
                        applicationName: text, addressTarget: target, address: text, problem: problem,
                        partners: [PartnerChoice(displayName: text, name: text, target: target)], cancel: target),
                    in: frame)
            ),
            (
                "password",
                passwordPage(
                    PasswordPage(
                        applicationName: text, address: text, target: target, otherAddress: target,
                        problem: FieldProblem(field: "password", message: text)), in: frame)
            ),
            (
                "send code",
                sendCodePage(
                    SendCodePage(
                        applicationName: text, address: text, target: target, otherAddress: target,
                        provesAddressFor: text), in: frame)
            ),
            (
                "code",
                codePage(
                    CodePage(
                        applicationName: text, address: text, target: target, resend: target, otherAddress: target,
                        problem: FieldProblem(field: "code", message: text), minutesValid: 30), in: frame)
            ),
            (
                "review permissions",
                reviewPermissionsPage(
                    ReviewPermissionsPage(
                        organization: text, domain: text, guestAddress: text, guestName: text, inviterName: text,
                        privacyURL: text, privacyContact: text, accept: target, decline: target), in: frame)
            ),
            (
                "sign up",
                signUpPage(
                    SignUpPage(
                        organization: text, applicationName: text, address: text,
                        fields: signUpKinds(text).map { kind in
                            SignUpField(
                                name: text, builtIn: text, label: text, kind: kind, isOptional: false, values: [text],
                                maximumLength: 9, problem: text)
                        }, problem: text, privacyURL: text, target: target, decline: target), in: frame)
            ),
            (
                "consent",
                consentPage(
                    ConsentPage(
                        applicationName: text, permissions: [(title: text, description: text)], guestAddress: text,
                        accept: target, decline: target), in: frame)
            ),
            (
                "invitation",
                invitationPage(
                    InvitationPage(
                        organization: text, inviterName: text, invitedAddress: text, message: text, target: target,
                        state: .open), in: frame)
            ),
            (
                "invitation replaced",
                invitationPage(
                    InvitationPage(
                        organization: text, inviterName: text, invitedAddress: text, message: text, target: target,
                        state: .replaced(sendAgain: target)), in: frame)
            ),
            (
                "invitation expired",
                invitationPage(
                    InvitationPage(
                        organization: text, inviterName: text, invitedAddress: text, message: text, target: target,
                        state: .expired(LookUp(number: 1, failureID: text, at: text), ask: text)), in: frame)
            ),
            (
                "block invitations",
                blockInvitationsPage(
                    BlockInvitationsPage(organization: text, address: text, target: target, state: .asks), in: frame)
            ),
            ("organisation", organizationPage(OrganizationPage(typed: text, isUnknown: true), in: frame)),
            (
                "wrong account",
                wrongAccountPage(
                    WrongAccountPage(
                        signedInAs: text, invitedAddress: text, change: target, prove: target, stay: text), in: frame)
            ),
            ("moving on", movingOnPage(MovingOnPage(url: text, label: text), in: frame)),
            ("form post", formPostPage(FormPostPage(action: text, fields: [(name: text, value: text)]), in: frame)),
            ("finished", finishedPage(FinishedPage(applicationName: text, continueURL: text), in: frame)),
            (
                "error",
                errorPage(
                    ErrorPage(
                        status: 403, sentence: text, advice: "ask_inviter", number: 50105, failureID: text, at: text,
                        actions: [(label: text, url: text)]), in: frame)
            ),
            ("signed out", signedOutPage(SignedOutPage(missed: [text], images: [text]), in: frame)),
            ("signing out", signingOutPage(SigningOutPage(names: [text], way: .link(text)), in: frame)),
            (
                "signing out by form",
                signingOutPage(SigningOutPage(names: [text], way: .form(text, [(name: text, value: text)])), in: frame)
            ),
            (
                "signing out by images",
                signingOutPage(SigningOutPage(names: [text], way: .link(text), images: [text]), in: frame)
            ),
            (
                "sign-out unanswered",
                unansweredSignOutPage(
                    UnansweredSignOutPage(name: text, againURL: text, withoutURL: text), in: frame)
            ),
            ("sign out?", confirmSignOutPage(ConfirmSignOutPage(address: text, target: target), in: frame)),
            (
                "account",
                accountPage(
                    AccountPage(
                        name: text, address: text, userType: text, homeName: text,
                        applications: [(name: text, url: text)], signOut: target), in: frame)
            ),
            (
                "claim",
                claimPage(
                    ClaimPage(base: text, domain: text, address: text, target: target, problem: problem), in: frame)
            ),
        ]
    }

    @Test func `no value becomes markup, on any page`() {
        for (name, page) in Self.pages(Self.hostile) {
            #expect(!page.html.contains("<script>alert"), "\(name)")
            #expect(!page.html.contains("<img src=x"), "\(name)")
            #expect(!page.html.contains("</title><script"), "\(name)")
        }
    }

    @Test func `no value ends an attribute`() {
        for (name, page) in Self.pages(#"" onfocus="alert(1)"#) {
            #expect(!page.html.contains(#"" onfocus="alert"#), "\(name)")
        }
    }

    @Test func `the policy allows nothing but the page's own style and forms`() {
        for (name, page) in Self.pages("x") {
            let policy = page.contentSecurityPolicy
            #expect(policy.hasPrefix("default-src 'none'"), "\(name)")
            #expect(policy.contains("frame-ancestors 'none'"), "\(name)")
            #expect(policy.contains("base-uri 'none'"), "\(name)")
            #expect(!policy.contains("unsafe"), "\(name)")
            let isFormPost = name == "form post" || name == "signing out by form"
            let hasScript = isFormPost || name == "signing out by images"
            #expect(policy.contains("form-action 'self'") == !isFormPost, "\(name)")
            #expect(policy.contains("script-src") == hasScript, "\(name)")
            #expect(page.html.contains("<script") == hasScript, "\(name)")
        }
    }

    @Test func `images of a sign-out name exactly their origins, and nothing else gets into the policy`() {
        let images = [
            "https://shop.example/a?wa=1", "https://shop.example:8443/b", "https://shop.example/c",
            "https://evil.example; script-src *", "javascript:alert(1)",
        ]
        let page = signedOutPage(SignedOutPage(missed: [], images: images), in: Self.frame())
        #expect(
            page.contentSecurityPolicy.contains(
                "img-src data: https://shop.example https://shop.example:8443; base-uri"))
    }

    @Test(arguments: ["en", "de", "fr"])
    func `each language says its pages and nothing is left untranslated`(language: String) {
        let english = Self.pages("x")
        for (number, (name, page)) in Self.pages("x", language: language).enumerated() {
            #expect(page.html.contains("<html lang=\"\(language)\""), "\(name)")
            // The form that posts by itself says one word, and the claim page is the operator's.
            if language != "en", name != "form post", name != "claim" {
                #expect(page.html != english[number].page.html, "\(name)")
            }
        }
    }

    @Test func `every field has a label, and its problem is tied to it`() {
        for (name, page) in Self.pages("trouble") {
            for input in page.html.split(separator: "<input").dropFirst() where !input.contains("type=\"hidden\"") {
                let id =
                    input.split(separator: " id=\"", omittingEmptySubsequences: false).dropFirst().first?.prefix {
                        $0 != "\""
                    } ?? ""
                #expect(page.html.contains("<label for=\"\(id)\""), "\(name) \(id)")
                if input.contains("aria-invalid") {
                    let described = input.split(separator: "aria-describedby=\"").dropFirst().first?.prefix {
                        $0 != "\""
                    }
                    let problem = described?.split(separator: " ").last ?? ""
                    #expect(page.html.contains("id=\"\(problem)\" role=\"alert\""), "\(name) \(id)")
                }
            }
            #expect(page.html.contains("<main"), "\(name)")
            #expect(page.html.split(separator: "<h1").count == 2, "\(name)")
        }
    }

    @Test func `the language is the first wanted that there are words for`() {
        #expect(pageLanguage(preferred: ["ja", "de-CH", "fr"], fallback: "en-US") == "de")
        #expect(pageLanguage(preferred: ["ja"], fallback: "fr-FR") == "fr")
        #expect(pageLanguage(preferred: [], fallback: "xx") == "en")
    }

    @Test func `mails hold the link and the code in both forms and no markup of a value`() {
        let invitation = invitationMail(
            InvitationMail(
                organization: Self.hostile, primaryDomain: "woodgrove.example", inviterName: Self.hostile,
                message: Self.hostile, acceptURL: "https://gateway.test/redeem?invitation=a.b", privacyURL: nil,
                expires: "2026-12-21", language: "en"))
        #expect(invitation.text.contains("https://gateway.test/redeem?invitation=a.b"))
        #expect(invitation.html.contains("https://gateway.test/redeem?invitation=a.b"))
        #expect(!invitation.html.contains("<script>alert"))
        let code = codeMail(
            CodeMail(organization: "W", code: "1234 5678", minutes: 30, applicationName: nil, language: "de"))
        #expect(code.text.contains("1234 5678") && code.html.contains("1234 5678"))
    }
}
