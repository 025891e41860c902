internal import ArgumentParser
import Glibc
internal import Postgres
internal import Schema

/// How the command ends: every error becomes words on standard error and an exit code.
enum Ending {
    /// The code that stands for `error`.
    static func code(of error: any Error) -> Int32 {
        switch error {
        case let failure as CommandFailure: failure.code
        case let error as PostgresError: error.isConnectionLoss ? CommandFailure.unavailableCode : 1
        case SchemaError.database(let error, _): code(of: error)
        case is SchemaError: 1
        default: OnusCommand.exitCode(for: error).rawValue
        }
    }

    /// Says what went wrong, unless it has been said, and exits.
    static func end(with error: any Error) -> Never {
        switch error {
        case let failure as CommandFailure where failure.description.isEmpty: break
        case is CommandFailure, is PostgresError, is SchemaError: Terminal.note("onus: \(error)")
        // Help, the version, wrong usage: ArgumentParser knows where each belongs.
        default: OnusCommand.exit(withError: error)
        }
        exit(code(of: error))
    }
}
