import CLibPQ

// Sending statements and taking results; every `send…` answers whether libpq took it.
extension Wire {
    enum TransactionStatus { case idle, active, inTransaction, failed, unknown }

    var transactionStatus: TransactionStatus {
        let status = unsafe withHandle { pg in unsafe Int32(bitPattern: PQtransactionStatus(pg).rawValue) }
        return switch status {
        case Int32(bitPattern: PQTRANS_IDLE.rawValue): .idle
        case Int32(bitPattern: PQTRANS_ACTIVE.rawValue): .active
        case Int32(bitPattern: PQTRANS_INTRANS.rawValue): .inTransaction
        case Int32(bitPattern: PQTRANS_INERROR.rawValue): .failed
        default: .unknown
        }
    }

    var backendPID: Int32 { unsafe withHandle { pg in unsafe PQbackendPID(pg) } }

    /// For example 150018 for 15.18.
    var serverVersion: Int32 { unsafe withHandle { pg in unsafe PQserverVersion(pg) } }

    /// A result isn't there yet, and a call to `nextResult` would wait for it.
    var isBusy: Bool { unsafe withHandle { pg in unsafe PQisBusy(pg) } == 1 }

    /// The next result of the running statement; `nil` when it has no more. Only when not `isBusy`.
    func nextResult() -> PGResult? {
        var result: OpaquePointer?
        _ = unsafe withHandle { pg in
            unsafe result = unsafe PQgetResult(pg)
            return 0
        }
        guard let result = unsafe result else { return nil }
        return unsafe PGResult(result)
    }

    func enterPipeline() -> Bool { unsafe withHandle { pg in unsafe PQenterPipelineMode(pg) } == 1 }
    func exitPipeline() -> Bool { unsafe withHandle { pg in unsafe PQexitPipelineMode(pg) } == 1 }
    func sendSync() -> Bool { unsafe withHandle { pg in unsafe PQpipelineSync(pg) } == 1 }
    func sendScript(_ sql: String) -> Bool { unsafe withHandle { pg in unsafe PQsendQuery(pg, sql) } == 1 }

    func sendPrepare(_ name: String, _ sql: String, types: [UInt32]) -> Bool {
        unsafe withHandle { pg in
            unsafe PQsendPrepare(pg, name, sql, Int32(truncatingIfNeeded: types.count), types)
        } == 1
    }

    func sendPrepared(_ name: String, _ parameters: Parameters) -> Bool {
        unsafe withHandle { pg in
            unsafe parameters.withPointers { values, lengths, formats in
                unsafe PQsendQueryPrepared(pg, name, parameters.count, values, lengths, formats, 1)
            }
        } == 1
    }

    func sendUnprepared(_ sql: String, _ parameters: Parameters) -> Bool {
        unsafe withHandle { pg in
            unsafe parameters.withPointers { values, lengths, formats in
                unsafe PQsendQueryParams(pg, sql, parameters.count, parameters.types, values, lengths, formats, 1)
            }
        } == 1
    }

    /// A notification that has arrived. Only after `consumeInput`.
    func nextNotification() -> Notification? {
        var found: Notification?
        _ = unsafe withHandle { pg in
            guard let message = unsafe PQnotifies(pg) else { return 0 }
            defer { unsafe PQfreemem(message) }
            found = unsafe Notification(
                channel: String(cString: message.pointee.relname), payload: String(cString: message.pointee.extra))
            return 0
        }
        return found
    }
}
