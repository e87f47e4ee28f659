import FoundationEssentials

extension Option {
    static let now = Option(
        name: "now", value: "RFC3339", summary: "the time that it is taken to be, 2026-01-31T12:00:00Z")
    static let skew = Option(name: "skew", value: "SECONDS", summary: "how far two clocks may differ; 60")
    static let encoding = Option(
        name: "encoding", value: "HOW",
        summary: "how the input is wrapped: auto, raw, base64, base64url, deflate or form")
    static let lab = Option(
        name: "lab", value: "LIST", summary: "leniencies that the server never has, by commas")
}

/// What only a command may be lenient about.
enum Leniency: String, Sendable {
    /// An ID Token under HS256, HS384 or HS512 with a shared secret.
    case sharedSecret = "hmac-client-secret"
    /// Signatures and digests over SHA-1.
    case sha1
    /// Keys of RSA with 1024 bits and more.
    case rsa1024
    /// A signature over the whole document, by `URI=""`.
    case emptyURI = "empty-uri"
    /// Comments and processing instructions in a message.
    case comments
    /// Keys under RSA with the padding of PKCS #1 v1.5.
    case rsa15
    case tripleDES = "3des"
    /// Content under AES-CBC.
    case cbc
    /// An assertion for nobody in particular.
    case noAudience = "no-audience"
    /// Further assertions within an Advice.
    case advice
    /// An answer to no request passes for one to ours.
    case unsolicited
}

/// How the bytes of an input stand for what is examined.
enum InputEncoding: String, Sendable, CaseIterable {
    case auto, raw, base64, base64url
    /// Base64 of a DEFLATE stream, as a redirect carries SAML.
    case deflate
    /// `SAMLResponse=…`, escaped, as a browser posts it.
    case form
}

/// Everything that a question depends on besides its input.
struct Circumstances: Sendable {
    let arguments: Arguments
    let now: Date
    /// Seconds.
    let skew: Int
    let leniencies: Set<Leniency>
    let encoding: InputEncoding
    let files: FileSource

    init(
        _ arguments: Arguments, _ known: [Leniency], _ files: FileSource, isAboutFiles: Bool, isAboutMessages: Bool
    ) throws(CommandFailure) {
        self.arguments = arguments
        self.files = files
        now =
            try arguments.value("now").map { (text) throws(CommandFailure) in
                guard let date = Timestamp.read(text) else {
                    throw .usage("--now must be a time as 2026-01-31T12:00:00Z")
                }
                return date
            } ?? Date()
        skew = try arguments.count("skew") ?? 60
        var leniencies: Set<Leniency> = []
        for name in (arguments.value("lab") ?? "").split(separator: ",") {
            guard let leniency = known.first(where: { $0.rawValue == name }) else {
                throw .usage("--lab knows no \"\(name)\" here, only \(known.map(\.rawValue).joined(separator: ", "))")
            }
            leniencies.insert(leniency)
        }
        self.leniencies = leniencies
        let named = isAboutFiles ? arguments.value("encoding") ?? "auto" : "raw"
        guard let encoding = InputEncoding(rawValue: named) else {
            throw .usage("--encoding must be \(InputEncoding.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard isAboutMessages || (encoding != .deflate && encoding != .form) else {
            throw .usage("--encoding \(named) is of SAML and WS-Federation messages")
        }
        self.encoding = encoding
    }

    /// The bytes of the file that an option names.
    func file(_ option: String) throws(CommandFailure) -> [UInt8] {
        let path = try arguments.required(option)
        do throws(FileSource.Failure) {
            return try files.read(path)
        } catch {
            throw CommandFailure(.unreadable, "\(path) of --\(option) can't be read: \(error.words)")
        }
    }
}

/// Where files come from. A batch has standard input for itself.
struct FileSource: Sendable {
    var hasStandardInput = true

    enum Failure: Error {
        case system(FileAccess.Failure)
        case tooLarge
        case standardInputTaken

        var words: String {
            switch self {
            case .system(let failure): failure.words
            case .tooLarge: FileAccess.Failure.tooLarge.words
            case .standardInputTaken: "standard input carries the batch"
            }
        }
    }

    func read(_ path: String) throws(Failure) -> [UInt8] {
        if path == "-" && !hasStandardInput { throw .standardInputTaken }
        do throws(FileAccess.Failure) {
            return try FileAccess.read(path)
        } catch .tooLarge {
            throw .tooLarge
        } catch {
            throw .system(error)
        }
    }
}

extension Arguments {
    /// A number that is not negative.
    func count(_ name: String) throws(CommandFailure) -> Int? {
        guard let text = value(name) else { return nil }
        guard let count = Int(text), count >= 0, count <= 1 << 40 else {
            throw .usage("--\(name) must be a whole number, not \"\(text)\"")
        }
        return count
    }
}
