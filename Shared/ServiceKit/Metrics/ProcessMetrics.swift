import Glibc

/// The `process_*` metrics that Prometheus' client libraries agree on, read from `/proc/self`.
enum ProcessMetrics {
    static func register(in metrics: MetricsRegistry) {
        metrics.computed(
            "process_cpu_seconds_total", isCounter: true, help: "Total user and system CPU time spent in seconds."
        ) {
            statistics().map { ($0.userTicks + $0.systemTicks) / Double(sysconf(Int32(_SC_CLK_TCK))) }
        }
        metrics.computed("process_resident_memory_bytes", help: "Resident memory size in bytes.") {
            statistics().map { $0.residentPages * Double(sysconf(Int32(_SC_PAGESIZE))) }
        }
        metrics.computed("process_virtual_memory_bytes", help: "Virtual memory size in bytes.") {
            statistics().map(\.virtualBytes)
        }
        metrics.computed("process_open_fds", help: "Number of open file descriptors.") {
            // The folder's own descriptor is among them while it is read.
            Files.names(in: "/proc/self/fd").map { Double($0.count - 1) }
        }
        metrics.computed("process_max_fds", help: "Maximum number of open file descriptors.") {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
            return Double(limit.rlim_cur)
        }
        let start = startTime()
        metrics.computed(
            "process_start_time_seconds", help: "Start time of the process since the Unix epoch in seconds."
        ) {
            start
        }
    }

    private struct Statistics {
        let userTicks, systemTicks, startTicks, virtualBytes, residentPages: Double
    }

    /// Source: `/proc/self/stat` (proc(5)); fields are counted from behind the command's closing parenthesis.
    private static func statistics() -> Statistics? {
        guard let text = Files.text(at: "/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
        guard fields.count > 21 else { return nil }
        return Statistics(
            userTicks: fields[11], systemTicks: fields[12], startTicks: fields[19], virtualBytes: fields[20],
            residentPages: fields[21])
    }

    private static func startTime() -> Double? {
        guard let statistics = statistics(), let text = Files.text(at: "/proc/stat") else { return nil }
        let boot = text.split(separator: "\n").first { $0.hasPrefix("btime ") }?.split(separator: " ").last
        return boot.flatMap { Double($0) }.map { $0 + statistics.startTicks / Double(sysconf(Int32(_SC_CLK_TCK))) }
    }
}
