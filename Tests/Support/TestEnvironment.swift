package import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the tests take from their surroundings.
package enum TestEnvironment {
    /// A reason why tests that need a database can't run.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    /// The server on which tests create their databases.
    package static var serverURL: String {
        get throws(Missing) {
            guard let value = getenv("ONUS_TEST_DATABASE_URL"), value.pointee != 0 else {
                throw Missing(
                    description: """
                        expected ONUS_TEST_DATABASE_URL to name a PostgreSQL superuser's database, got nothing: \
                        run the tests with `make test`, which starts a server for them
                        """)
            }
            return String(cString: value)
        }
    }

    /// A seed for what a test does at random: `ONUS_TEST_SEED`, else one by chance. It is printed, so that a run that failed can
    /// be repeated, as far as other processes' timing allows.
    package static func seed(_ test: String = #function) -> UInt64 {
        let given = getenv("ONUS_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("ONUS_TEST_SEED=\(seed): \(test)")
        return seed
    }

    /// A logger that says nothing, unless `ONUS_TEST_LOG` is set.
    package static let logger: Logger = {
        var logger = Logger(label: "test") { label in
            if getenv("ONUS_TEST_LOG") == nil { return SwiftLogNoOpLogHandler() }
            return StreamLogHandler.standardError(label: label)
        }
        logger.logLevel = .debug
        return logger
    }()
}
