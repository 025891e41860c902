"""What must hold when the dust has settled."""
import collections
import os
import subprocess
import time


def settle(database, patience):
    """Waits until every organisation's log is read and scored."""
    names = [name for (name,) in database.execute("SELECT name FROM onus.organization ORDER BY id").fetchall()]
    return [name for name in names if onus("status", "--wait", str(patience), "--organization", name).returncode]


def deliver(database, patience):
    """Waits until every notice is planned and every call of a webhook has succeeded; gives what is not. Tries that are due
    later are made due now, and what a killed process had in hand soon: nobody waits for minutes here."""
    end = time.monotonic() + patience
    database.execute(
        "UPDATE notice.delivery SET leased_until = least(leased_until, now() + interval '20 s') WHERE state = 'pending'")
    while True:
        left = database.execute(
            "SELECT organization_id, notice_id, 'to plan' FROM notice.pending UNION ALL"
            " SELECT organization_id, notice_id, state FROM notice.delivery WHERE channel = 'webhook' AND state <> 'sent'"
        ).fetchall()
        if not left or time.monotonic() > end:
            return left
        database.execute(
            "UPDATE notice.delivery SET due = now() WHERE channel = 'webhook' AND state = 'pending' AND due > now()")
        time.sleep(0.5)


def onus(*arguments, is_checked=False):
    return subprocess.run(
        [f"{os.environ['ONUS_CHAOS_BIN']}/onus", *arguments], capture_output=True, text=True, check=is_checked)


def identities(database, table):
    return collections.Counter(database.execute(f"SELECT organization_id, identity FROM {table}").fetchall())


def judge(database, account):
    """Lost and doubled events, and what else is wrong, in words."""
    known, logged, facts, learned = (
        identities(database, table) for table in ("log.identity", "log.event", "facts.event", "learner.learning"))
    stored = logged + learned
    lost = [name for name in account.acknowledged if name not in stored or name not in known]
    unscored = [name for name in logged if name not in facts]
    doubled = [name for counts in (known, stored, facts) for name, count in counts.items() if count > 1]
    faults = [f"lost: {name}, acknowledged in round {account.acknowledged[name]}" for name in lost]
    faults += [f"in the log and in no fact: {name}" for name in unscored]
    faults += [f"doubled: {name}" for name in doubled]
    faults += [f"stored and never sent: {name}" for name in stored if name not in account.sent]
    faults += [f"a fact of no event: {name}" for name in facts if name not in logged]
    faults += [f"an identity without its event: {name}" for name in known if name not in stored]
    checks = {
        "notices of one key": "SELECT organization_id, key FROM notice.notice GROUP BY 1, 2 HAVING count(*) > 1",
        "notices of one situation": """
            SELECT organization_id, kind, recipient, day, person, evidence FROM notice.notice
            GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1""",
        "events set aside": "SELECT organization_id, identity FROM score.parked",
        "events in quarantine": "SELECT organization_id, id FROM log.quarantine",
    }
    for title, sql in checks.items():
        found = database.execute(sql).fetchall()
        faults += [f"{title}: {row}" for row in found]
        if "one" in title:
            doubled += found
    notices = database.execute("SELECT count(*) FROM notice.notice").fetchone()[0]
    return len(lost) + len(unscored), len(doubled), notices, faults


def judge_calls(database, receiver):
    """Notices that the receiver never took, calls that it took again, and what is wrong with them, in words. A call may
    come again where the answer was lost: under its id, with its octets."""
    with receiver.lock:
        taken = {notice: dict(counts) for notice, counts in receiver.taken.items()}
    notices = set(database.execute("SELECT organization_id, id FROM notice.notice").fetchall())
    missing = notices - set(taken)
    faults = [f"a notice that the receiver never took: {notice}" for notice in missing]
    faults += [f"a call about no notice: {notice}" for notice in set(taken) - notices]
    ids = collections.defaultdict(set)
    for notice, counts in taken.items():
        if len(counts) > 1:
            faults.append(f"notice {notice} came in {len(counts)} forms: {[call for call, _ in counts]}")
        for call, _ in counts:
            ids[call].add(notice)
    faults += [f"one id for several notices: {call}" for call, named in ids.items() if len(named) > 1]
    return len(missing), sum(sum(counts.values()) - len(counts) for counts in taken.values()), faults


def verify():
    """What `onus replay --verify` finds different from the log, in words."""
    done = onus("replay", "--verify", "--all")
    if done.returncode == 0:
        return []
    return done.stdout.splitlines() or [f"onus replay --verify ended with {done.returncode}: {done.stderr[-500:]}"]
