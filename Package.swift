// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target: Swift 6 language mode, strict concurrency, warnings as errors. A plain
/// `async` function stays on its caller's executor, which keeps request handlers on their loop's thread.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "vestibule",
    products: [
        .executable(name: "vestibule", targets: ["vestibule"]),
        .executable(name: "vestibule-lab", targets: ["vestibule-lab"]),
    ],
    targets: [
        // C libraries that the distribution patches; one importer each.
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),

        // Pure: no clock, no storage, no sockets. A newcomer reads these three and knows the product.
        module("Directory"),
        module("Access", ["Directory"]),
        module("OAuth", ["Cryptography"]),
        module("StepUp", ["JSON", "Cryptography"]),

        // What the rest is written in.
        module("Cryptography", ["COpenSSL"]),
        module("JSON"),
        module("HTTP"),
        module("JOSE", ["JSON", "Cryptography"]),
        module("XML", ["Cryptography", "CLibXML2"]),
        module("SAML", ["XML", "Cryptography", "CZlib"]),
        module("Server", ["HTTP", "Cryptography", "COpenSSL"]),

        // State, and what reaches the network.
        module("Storage", ["Directory", "Cryptography", "JSON"]),
        module("StorageSQLite", ["Storage", "CSQLite"]),
        module("Outbound", ["Server", "Storage", "Directory", "JSON", "Cryptography", "CCurl"]),

        // Identity in, identity out.
        module("Upstream", ["SAML", "JOSE", "OAuth", "Outbound", "JSON", "Directory", "Cryptography"]),
        module("Issuing", ["JOSE", "Storage", "OAuth", "Directory", "JSON", "Cryptography"]),

        // The gateway, its pages, and the program.
        module("Pages", ["HTTP"]),
        module(
            "Gateway",
            [
                "Pages", "Upstream", "Issuing", "Access", "Storage", "Outbound", "Server", "HTTP", "SAML", "JOSE",
                "OAuth", "JSON", "Directory", "Cryptography",
            ]),
        module("Graph", ["Gateway", "Access", "Storage", "HTTP", "JSON", "Directory", "Cryptography"]),
        program(
            "vestibule",
            [
                "Graph", "Gateway", "StorageSQLite", "Storage", "Server", "Outbound", "Upstream", "Issuing", "JOSE",
                "OAuth",
                "SAML", "XML", "HTTP", "JSON", "Directory", "Cryptography",
            ]),

        // Sample applications, the mailbox page, partners with faults. Nothing depends on these.
        module("Lab", ["HTTP", "Server", "SAML", "XML", "JOSE", "OAuth", "JSON", "Outbound", "Cryptography"]),
        program("vestibule-lab", ["Lab"]),

        tests("CryptographyTests", ["Cryptography"]),
        tests("JSONTests", ["JSON"]),
        tests("HTTPTests", ["HTTP"]),
        tests("JOSETests", ["JOSE", "JSON", "Cryptography"]),
        tests("XMLTests", ["XML", "Cryptography"]),
        tests("SAMLTests", ["SAML", "XML", "Cryptography"]),
        tests("ServerTests", ["Server", "HTTP"]),
        tests("DirectoryTests", ["Directory"]),
        tests("AccessTests", ["Access", "Directory"]),
        tests("StepUpTests", ["StepUp", "JSON", "Cryptography"]),
        tests("OAuthTests", ["OAuth", "Cryptography"]),
        tests("StorageTests", ["Storage", "StorageSQLite", "Directory", "JSON", "Cryptography"]),
        tests("OutboundTests", ["Outbound", "Server", "Storage", "Directory", "JSON", "HTTP", "Cryptography"]),
        tests("UpstreamTests", ["Upstream", "Outbound", "JOSE", "JSON", "Directory", "Cryptography"]),
        tests("IssuingTests", ["Issuing", "JOSE", "JSON", "Storage", "Directory", "OAuth", "Cryptography"]),
        tests("PagesTests", ["Pages", "Access"]),
        tests("LabTests", ["Lab", "SAML", "HTTP", "JOSE", "OAuth", "JSON", "Cryptography"]),
        tests(
            "GraphTests",
            [
                "Graph", "Gateway", "StorageSQLite", "Storage", "Outbound", "Upstream", "OAuth", "HTTP", "JSON",
                "Directory", "Cryptography",
            ]),
        tests(
            "FlowTests",
            [
                "Gateway", "StorageSQLite", "Storage", "Outbound", "Upstream", "SAML", "JOSE", "OAuth", "HTTP",
                "JSON", "Directory", "Cryptography",
            ]),
        tests(
            "VulnerabilityTests",
            [
                "Gateway", "StorageSQLite", "Storage", "Outbound", "Upstream", "Issuing", "SAML", "JOSE", "OAuth",
                "Server", "HTTP", "JSON", "Directory", "Cryptography",
            ]),
    ]
)
