import Synchronization

/// How far a service's start has come, shared by the checks and by `/readyz`.
package final class StartPhase: Sendable {
    private let waitingFor: Mutex<String?>

    package init(waitingFor: String? = "the start checks have not passed yet") {
        self.waitingFor = Mutex(waitingFor)
    }

    /// What the start still waits for; `nil` once the checks have passed.
    var fault: String? { waitingFor.withLock { $0 } }

    func passed() {
        waitingFor.withLock { $0 = nil }
    }
}
