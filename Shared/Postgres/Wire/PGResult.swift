import CLibPQ

/// One libpq result. It alone owns the memory; whatever is read is copied out, so that no pointer
/// outlives it.
@safe struct PGResult: ~Copyable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe PQclear(pointer)
    }

    enum Status: Equatable {
        case rows, command, empty, copyIn, copyOut, pipelineSync, pipelineAborted, error, other
    }

    var status: Status {
        switch unsafe PQresultStatus(pointer) {
        case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE: .rows
        case PGRES_COMMAND_OK: .command
        case PGRES_EMPTY_QUERY: .empty
        case PGRES_COPY_IN: .copyIn
        case PGRES_COPY_OUT: .copyOut
        case PGRES_PIPELINE_SYNC: .pipelineSync
        case PGRES_PIPELINE_ABORTED: .pipelineAborted
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: .error
        default: .other
        }
    }

    var report: ServerReport {
        ServerReport(
            sqlState: field(.sqlState).map { SQLState($0) }, severity: field(.severity) ?? "",
            message: field(.message) ?? "", schema: field(.schema), table: field(.table), column: field(.column),
            constraint: field(.constraint), function: field(.function))
    }

    var commandTag: String { unsafe String(cString: PQcmdStatus(pointer)) }

    var affectedRows: Int { unsafe Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    /// Copies all rows into one buffer: a first pass adds up the lengths, a second moves the bytes.
    func copyRows() -> ResultSet {
        let rows = unsafe PQntuples(pointer)
        let columns = unsafe PQnfields(pointer)
        var starts: [Int] = []
        starts.reserveCapacity(Int(rows) * Int(columns) + 1)
        var total = 0
        for row in 0..<rows {
            for column in 0..<columns {
                let length = unsafe Int(PQgetlength(pointer, row, column))
                if unsafe length == 0 && PQgetisnull(pointer, row, column) == 1 {
                    starts.append(~total)
                } else {
                    starts.append(total)
                    total += length
                }
            }
        }
        starts.append(total)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
            var position = 0
            for row in 0..<rows {
                for column in 0..<columns {
                    let length = unsafe Int(PQgetlength(pointer, row, column))
                    guard length > 0, let value = unsafe PQgetvalue(pointer, row, column) else { continue }
                    let target = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[position..<position + length])
                    unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: value, count: length))
                    position += length
                }
            }
            count = position
        }
        let header = (0..<columns).map { column in
            ResultSet.Column(
                name: unsafe PQfname(pointer, column).map { name in unsafe String(cString: name) } ?? "",
                type: unsafe TypeOID(rawValue: PQftype(pointer, column)))
        }
        return ResultSet(
            storage: ResultStorage(
                columns: header, rows: Int(rows), affectedRows: affectedRows, commandTag: commandTag, bytes: bytes,
                starts: starts))
    }

    /// The fields of an error report that are read, by their code in `postgres_ext.h`.
    private enum Field: Unicode.Scalar {
        case severity = "V"
        case sqlState = "C"
        case message = "M"
        case schema = "s"
        case table = "t"
        case column = "c"
        case constraint = "n"
        case function = "R"
    }

    private func field(_ field: Field) -> String? {
        unsafe PQresultErrorField(pointer, Int32(field.rawValue.value)).map { text in unsafe String(cString: text) }
    }
}
