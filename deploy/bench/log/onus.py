"""Onus: what is appended goes through ingestion's HTTP interface; what is read goes through the log's consumer."""
import json
import os
import subprocess
import threading
import time
import urllib.request

import events
from machine import DRAIN_LIMIT, WARM_UP, checkpoint, clock, connect, rate, waits

BASE = os.environ["ONUS_BASE"]
TOKEN = os.environ["ONUS_TOKEN"]
DRIVER = os.environ["BENCH_DRIVER"]
DIR = os.environ["BENCH_DIR"]
SCORING_URL = os.environ["BENCH_SCORING_URL"]
INGESTION_URL = os.environ["BENCH_INGESTION_URL"]
LOAD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "post.lua")
_rounds = iter(range(1_000_000))
_begun = {}


def stand(consumer, snapshot, *values, shards=1):
    """Puts a consumer at a snapshot, into the table of positions that is written into now (V0052)."""
    with connect("onus") as c:
        slot = c.execute("SELECT last_value % 2 FROM log.ack_slot").fetchone()[0]
        for shard in range(shards):
            c.execute(f"INSERT INTO log.ack_{slot} (n, consumer, shard, snapshot) VALUES (1, %s, %s, ({snapshot}))",
                      (consumer, shard, *values))


def begin_backlog():
    """A consumer that has read everything so far; what is appended from now on is its backlog."""
    name = f"bench-{next(_rounds)}"
    stand(name, "SELECT pg_current_snapshot()")
    with connect("onus") as c:
        _begun[name] = c.execute("SELECT snapshot::text FROM log.position WHERE consumer = %s", (name,)).fetchone()[0]
    return name


def rewind(like, what, shards=None):
    """A consumer that stands where another one began; with shards, one that is shared by key. Returns its name."""
    name = f"{like}-{what}"
    if shards is None:
        stand(name, "%s::text::pg_snapshot", _begun[like])
    else:
        stand(f"{name}/{shards}/subject", "%s::text::pg_snapshot", _begun[like], shards=shards)
    return name


def write_lines(name, count):
    path = os.path.join(DIR, name)
    with open(path, "w") as file:
        for number in range(count):
            file.write(events.event(number)[1] + "\n")
    return path


def bulk(count, streams=1):
    """NDJSON in one request (or several at once): events a second, everything committed."""
    paths = [write_lines(f"events-{k}.ndjson", count // streams) for k in range(streams)]
    checkpoint()
    start = clock()
    posts = [subprocess.Popen(
        ["curl", "-sS", "-X", "POST", "-T", path, "-H", "Expect:", "-H", "Content-Type: application/x-ndjson",
         "-H", f"Authorization: Bearer {TOKEN}", f"{BASE}/v1/events"], stdout=subprocess.PIPE) for path in paths]
    answers = [json.loads(post.communicate()[0]) for post in posts]
    spent = (clock() - start) / 1e9
    if sum(answer.get("accepted", 0) for answer in answers) != count // streams * streams:
        raise RuntimeError(f"ingestion accepted not all: {str(answers)[:300]}")
    return count / spent


def singles(clients, seconds):
    """Single events over keep-alive connections: events a second, and the answers' times in microseconds."""
    head, tail = events.PARTS[0]
    environment = dict(os.environ, BENCH_HEAD=head, BENCH_TAIL=tail, BENCH_SALT=events.new_id()[:16])
    before = stored()
    checkpoint()
    answer = subprocess.run(
        ["wrk", "-t", "1", "-c", str(clients), "-d", f"{seconds}s", "-s", LOAD, f"{BASE}/v1/events"],
        env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    figures = json.loads(answer[answer.index("RESULT ") + 7:])
    time.sleep(0.3)  # The requests in hand when wrk ended are still stored; the next part is not to see them.
    if figures["errors"]:
        raise RuntimeError(f"{figures['errors']} of {figures['requests']} requests failed")
    # Beyond those that were answered, each client may have had one in hand.
    if not figures["requests"] <= stored() - before <= figures["requests"] + clients:
        raise RuntimeError(f"{figures['requests']} events were acknowledged, {stored() - before} are stored")
    return figures


def stored():
    with connect("onus") as c:
        return c.execute("SELECT count(*) FROM log.event").fetchone()[0]


def drain(consumer, workers, limit=DRAIN_LIMIT, options=()):
    """Empties the consumer's backlog by so many processes: events a second, and how many."""
    checkpoint()
    environment = dict(os.environ, ONUS_DATABASE_URL=SCORING_URL)
    processes = [subprocess.Popen(
        [DRIVER, "drain", "--consumer", consumer, "--seconds", str(int(limit)), *options], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(workers)]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [tuple(int(word) for word in process.communicate()[0].split()) for process in processes]
    return rate(answers), sum(a[2] for a in answers)


def stamps(text):
    return {line.split()[0]: int(line.split()[1]) for line in text.splitlines() if line}


def wake(count, per_second):
    """From each known commit to the handler that slept, in microseconds."""
    consumer = begin_backlog()
    count += WARM_UP
    reader = subprocess.Popen(
        [DRIVER, "listen", "--consumer", consumer, "--events", str(count)], text=True, stdout=subprocess.PIPE,
        env=dict(os.environ, ONUS_DATABASE_URL=SCORING_URL))
    reader.stdout.readline()
    found = []
    thread = threading.Thread(target=lambda: found.append(reader.communicate()[0]))
    thread.start()
    writer = subprocess.run(
        [DRIVER, "write", "--rate", str(per_second)], input="\n".join(events.bodies(count)), text=True,
        stdout=subprocess.PIPE, check=True, env=dict(os.environ, ONUS_DATABASE_URL=INGESTION_URL))
    thread.join()
    return waits(stamps(writer.stdout), stamps(found[0]))


# How many of a consumer's shards a worker has.
SHARE = """
    SELECT count(*) FROM pg_stat_activity AS a JOIN pg_locks AS l USING (pid) CROSS JOIN generate_series(0, %(shards)s - 1) AS s (shard),
        LATERAL (SELECT hashtextextended('onus log.lease ' || %(consumer)s, s.shard)) AS k (key)
    WHERE a.application_name = %(worker)s AND l.locktype = 'advisory' AND l.mode = 'ExclusiveLock' AND l.granted
        AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295"""


def takeover(how, shards):
    """From the moment at which one of two workers is killed (signal.SIGKILL) or frozen (SIGSTOP) until the other has its shards, in
    microseconds."""
    name = rewind(begin_backlog(), "takeover", shards)
    workers = {}

    def shares():
        return [c.execute(SHARE, {"worker": worker, "consumer": f"{name}/{shards}/subject", "shards": shards}).fetchone()[0]
                for worker in workers]

    with connect("onus") as c:
        try:
            for worker in ("bench-dying", "bench-living"):
                workers[worker] = subprocess.Popen(
                    [DRIVER, "shards", "--worker", worker, "--consumer", name, "--shards", str(shards)],
                    env=dict(os.environ, ONUS_DATABASE_URL=SCORING_URL))
            deadline = clock() + 30_000_000_000
            while sorted(shares()) != [shards // 2, shards - shards // 2]:
                if clock() > deadline:
                    raise RuntimeError(f"two workers share {shards} shards as {shares()}")
                time.sleep(0.05)
            start = clock()
            workers["bench-dying"].send_signal(how)
            while shares()[1] != shards:
                if clock() - start > 60_000_000_000:
                    raise RuntimeError(f"a minute after {how.name} they share {shards} shards as {shares()}")
                time.sleep(0.01)
            return (clock() - start) / 1_000
        finally:
            for process in workers.values():
                process.kill()
                process.wait()


def version():
    with urllib.request.urlopen(f"{BASE}/openapi.json") as answer:
        return json.load(answer)["info"]["version"]
