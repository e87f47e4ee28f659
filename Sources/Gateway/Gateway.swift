// Gateway: the protocol features, each with its routes. It turns requests into values that Directory, Access and OAuth
// decide over, writes what was decided through Storage, and answers with Issuing's tokens or Pages' pages.
//
// It owns: the running `Installation`, the steps of a sign-in (`SignIn/`), the token endpoint (`Token/`), discovery,
// logout, invitations, the record of each decision (`Audit/`), and the one place where a failure meets the wire (`Errors/`).
// It leaves to others: rules (Directory, Access, OAuth), proof of an identity (Upstream), SQL (Storage), sockets (Server).
//
// Start with `SignIn/SignInFeature.swift` and follow `nextStep(for:)` in `SignIn/Dispatch.swift`.
