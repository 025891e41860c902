-- wrk's script: one event a request, each with an id of its own. The request is put together from parts made once.
local head, tail, salt = os.getenv("BENCH_HEAD"), os.getenv("BENCH_TAIL"), os.getenv("BENCH_SALT")
local count, before, after = 0, nil, nil

function init(args)
    local length = #head + 32 + #tail
    before = "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. os.getenv("ONUS_TOKEN")
        .. "\r\nContent-Type: application/cloudevents+json\r\nContent-Length: " .. length .. "\r\n\r\n" .. head .. salt
    after = tail
end

function request()
    count = count + 1
    return before .. string.format("%016x", count) .. after
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        'RESULT {"rate": %.1f, "requests": %d, "errors": %d, "p50": %d, "p90": %d, "p99": %d, "max": %d}\n',
        summary.requests / (summary.duration / 1e6), summary.requests,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
