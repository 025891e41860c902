// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

/// A module of `Shared/`; it may depend only on modules listed above it here.
func shared(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [], extra: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Shared/\(name)", resources: resources,
        swiftSettings: settings + extra)
}

/// A service or command: imports `Shared/` only, never another service.
func service(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Services/\(name)", resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: resources,
        swiftSettings: settings)
}

let package = Package(
    name: "onus",
    products: [
        .executable(name: "onus-ingestion", targets: ["Ingestion"]),
        .executable(name: "onus-scoring", targets: ["Scoring"]),
        .executable(name: "onus-notification", targets: ["Notification"]),
        .executable(name: "onus-console", targets: ["Console"]),
        .executable(name: "onus", targets: ["Operator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: [
        shared("Models"),
        shared("Accountability", ["Models", bigInt]),
        shared("Connectors", ["Models", crypto, yams]),
        shared("Calibration", ["Models", "Accountability"]),
        .systemLibrary(
            name: "CLibPQ", path: "Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CCurl", path: "Shared/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        shared("Postgres", ["CLibPQ", logging, serviceLifecycle], extra: [.strictMemorySafety()]),
        shared("EventLog", ["Models", "Postgres", crypto, logging, serviceLifecycle]),
        shared("Ledger", ["Models", "Accountability", "Postgres", "EventLog", crypto, logging]),
        shared("Schema", ["Models", "Postgres", crypto, logging], resources: [.embedInCode("Migrations")]),
        shared(
            "ServiceKit",
            [
                "Models", "Postgres", "Schema", argumentParser, crypto, httpTypes, hummingbird, hummingbirdCore,
                logging,
                metrics, nioCore, nioHTTP1, serviceLifecycle, unixSignals,
            ]),

        service(
            "Ingestion",
            [
                "Models", "Connectors", "Postgres", "EventLog", "Schema", "ServiceKit", asyncHTTPClient, crypto,
                httpTypes, hummingbird, hummingbirdCore, logging, metrics, nioCore, nioHTTP1, serviceLifecycle,
            ]),
        service(
            "Scoring",
            [
                "Models", "Accountability", "Postgres", "EventLog", "Ledger", "Schema", "ServiceKit", hummingbird,
                logging, metrics, serviceLifecycle,
            ]),
        service(
            "Notification",
            [
                "Models", "Postgres", "Schema", "ServiceKit", "CCurl", asyncHTTPClient, crypto, httpTypes, hummingbird,
                logging, metrics, nioCore, nioHTTP1, serviceLifecycle,
            ]),
        service(
            "Console",
            [
                "Models", "Accountability", "Postgres", "EventLog", "Ledger", "Schema", "ServiceKit", crypto,
                httpTypes, hummingbird, logging, metrics, mustache, nioCore, serviceLifecycle,
            ],
            resources: [.embedInCode("Templates"), .embedInCode("Assets")]),
        service(
            "Operator",
            [
                "Models", "Accountability", "Calibration", "Connectors", "Postgres", "EventLog", "Ledger", "Schema",
                "ServiceKit", argumentParser, asyncHTTPClient, crypto, logging, nioCore, nioHTTP1,
            ]),

        .target(
            name: "Support", dependencies: ["Models", "Postgres", "Schema", "EventLog", logging], path: "Tests/Support",
            swiftSettings: settings),
        // Part of `make bench`; not a product, and installed nowhere.
        .executableTarget(
            name: "Bench", dependencies: ["Models", "Postgres", "EventLog", argumentParser, logging],
            path: "Tests/Bench", swiftSettings: settings),
        tests("Models", ["Models"]),
        tests("Accountability", ["Accountability", "Models", "Support", bigInt]),
        tests("Connectors", ["Connectors", "Models", "Support", crypto]),
        tests("Calibration", ["Calibration", "Accountability", "Models", "Support"]),
        tests("Postgres", ["Postgres", "Support", serviceLifecycle]),
        tests("EventLog", ["EventLog", "Models", "Postgres", "Schema", "Support", logging, serviceLifecycle]),
        tests("Schema", ["Schema", "Models", "Postgres", "Support", logging]),
        tests("Ledger", ["Ledger", "Accountability", "EventLog", "Models", "Postgres", "Schema", "Support", logging]),
        tests(
            "ServiceKit",
            [
                "ServiceKit", "Models", "Postgres", "Schema", "Support", httpTypes, hummingbird, hummingbirdTesting,
                logging, metrics, nioCore, serviceLifecycle,
            ]),
        tests(
            "Ingestion",
            [
                "Ingestion", "Models", "Connectors", "EventLog", "Postgres", "Schema", "ServiceKit", "Support",
                asyncHTTPClient, crypto, httpTypes,
                hummingbird, hummingbirdTesting, logging, nioCore, nioEmbedded, nioHTTP1, nioPosix, serviceLifecycle,
            ]),
        tests("Scoring", ["Scoring", "Ledger", "EventLog", "Models", "Postgres", "ServiceKit", "Support"]),
        tests(
            "Notification",
            [
                "Notification", "Models", "Postgres", "Schema", "ServiceKit", "Support", asyncHTTPClient, crypto,
                httpTypes, hummingbird, hummingbirdTesting, logging, nioCore, nioPosix,
            ]),
        tests(
            "Console",
            [
                "Console", "Accountability", "Models", "Postgres", "ServiceKit", "Support", hummingbird,
                hummingbirdTesting,
            ]),
        tests(
            "Operator",
            [
                "Operator", "Accountability", "Connectors", "EventLog", "Models", "Postgres", "Schema", "ServiceKit",
                "Support",
                argumentParser,
                hummingbird, hummingbirdTesting,
            ]),
        tests("EndToEnd", ["Models", "Postgres", "Support", asyncHTTPClient, nioCore, nioHTTP1]),
    ],
    swiftLanguageModes: [.v6]
)
