"""What must hold when the dust has settled."""
import collections
import subprocess
import os


def settle(database, patience):
    """Waits until every organisation's log is read and scored."""
    names = [name for (name,) in database.execute("SELECT name FROM onus.organization ORDER BY id").fetchall()]
    return [name for name in names if onus("status", "--wait", str(patience), "--organization", name).returncode]


def onus(*arguments):
    return subprocess.run(
        [f"{os.environ['ONUS_CHAOS_BIN']}/onus", *arguments], capture_output=True, text=True, check=False)


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
        "notices that nobody will plan": """
            SELECT n.organization_id, n.id FROM notice.notice AS n
            WHERE NOT EXISTS (SELECT FROM notice.pending AS p WHERE (p.organization_id, p.notice_id) = (n.organization_id, n.id))""",
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


def verify():
    """What `onus replay --verify` finds different from the log, in words."""
    done = onus("replay", "--verify", "--all")
    if done.returncode == 0:
        return []
    return done.stdout.splitlines() or [f"onus replay --verify ended with {done.returncode}: {done.stderr[-500:]}"]
