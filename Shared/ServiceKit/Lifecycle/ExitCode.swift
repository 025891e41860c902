/// How a process ends, in the numbers of sysexits.h.
package enum ExitCode: Int32, Sendable {
    case success = 0
    /// Wrong settings or flags.
    case usage = 64
    /// Something that the process needs is not there: its port, or the database for a command.
    case unavailable = 69
    /// A fault of ours.
    case software = 70
    /// The database role may do more than the service is allowed to have.
    case permission = 77
    /// The schema is not the one that this build knows.
    case configuration = 78
}
