// Troubleshooting: an administrator holds something that was refused and asks why. Each command puts it before the very
// function that the running server calls, with the clock, the expected values and the keys as arguments.
//
// Start with `Question.swift` (what such a command is), then `Finding.swift` (what it answers). Each question has a file.

extension Command {
    static let troubleshooting: [Command] = Question.all.map(\.command) + [.batch]
}

extension Question {
    static let all: [Question] = [
        .inspect, .joseVerify, .joseDecrypt, .joseKeySet, .oidcVerify, .clientAssertion, .redirect, .httpParse,
        .jsonParse, .samlVerify, .samlRequest, .samlLogout, .samlMetadata, .federationVerify, .xmlParse, .xmlVerify,
        .xmlDecrypt, .xmlCanonicalForm,
        .urlCheck, .domainNormalize, .emailParse,
    ]
}
