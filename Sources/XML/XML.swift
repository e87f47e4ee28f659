// XML: reading, canonical form, signatures and encryption of what partners and applications send, over libxml2.
//
// Owns:      the hardened parser and its limits (`XMLDocument`), the tree as an immutable value (`XMLElement`),
//            canonicalization, XML-DSig (`XMLSignature`), XML-Enc (`XMLEncryption`), and a writer of canonical text.
// Leaves:    what the elements mean to SAML; which keys may sign to whoever calls. No clock, no network, no files.
// Start at:  `XMLDocument.swift`, then `XMLSignature.swift`.
//
// What is verified is what is read: a signature is answered with a document that was parsed anew from the octets that
// were digested, and nothing else of the message can be reached from it. There is one parser and one tree. What two
// parsers have been known to read differently (document types, entities, foreign encodings, odd namespace names) is
// refused rather than given a meaning.
