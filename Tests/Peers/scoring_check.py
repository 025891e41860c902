#!/usr/bin/env python3
"""scoring_model.py, a second implementation from the text alone, against Onus as it runs: random organisations of
scoring_events.py come in through ingestion with duplicates and broken events between, and `onus score` has to agree to 1e-9
on several days, by several policies, and by what was known at several instants.

ONUS_SCORING_SEEDS chooses others than the few organisations of `make test-peers`: "7", or "1-100"."""
import concurrent.futures
import datetime
import json
import os
import random
import subprocess
import tempfile

import psycopg
import requests
from scoring_events import Organisation
from scoring_model import Event, Model, differences
from tally import check, finish

BIN = os.environ["ONUS_BIN"]
OWNER = os.environ["ONUS_OWNER_URL"]
URL = os.environ["ONUS_BASE"] + "/v1/events"
SEEDS = os.environ.get("ONUS_SCORING_SEEDS", "1-6")
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
# Of other years: the window ends on the day after a leap day, on one, and on the first of a century.
ENDS = [TODAY, datetime.date(2024, 3, 1), TODAY, datetime.date(2024, 2, 29), TODAY, datetime.date(2000, 3, 1)]
# The loads of an organisation, each recorded so much before the next.
LOADS = 3
APART = datetime.timedelta(hours=3)
# Other constants than the standard's, each one of them: short, and long.
POLICIES = [
    {"window": 30, "cadence": 7, "clarityGrace": 1, "actionDue": 1, "closureDue": 10, "climbEvery": 30, "chainDue": 1,
     "triageLookback": 0, "complementDays": 1, "complementShare": 0.1, "verifiedLevel": 2.9, "verifiedProgress": 0.1,
     "unverifiedCredit": 0, "programmeWindow": 30, "followupDays": 10, "unlinkedFrom": 1, "programmePrior": 0.5,
     "kappa": 0.5, "levels": 64, "intervalFactor": 1, "owningLow": 50, "outsourcedHigh": 45, "minimumMeasures": 1,
     "minimumTrials": 1, "weights": {"clarity": 7, "chain": 1}},
    {"window": 400, "cadence": 45, "clarityGrace": 60, "actionDue": 45, "closureDue": 120, "climbEvery": 20,
     "chainDue": 45, "triageLookback": 100, "complementDays": 60, "complementShare": 0.3, "verifiedLevel": 1,
     "verifiedProgress": 1, "unverifiedCredit": 1, "programmeWindow": 400, "followupDays": 20, "unlinkedFrom": 5,
     "programmePrior": 3, "kappa": 12, "levels": 7, "intervalFactor": 2.5, "owningLow": 70, "outsourcedHigh": 55,
     "minimumMeasures": 3, "minimumTrials": 20, "weights": {"coaching": 1, "triage": 9}},
]


class Tenant:
    """An organisation of its own."""

    def __init__(self, seed):
        self.name = f"scoring-{seed}"
        self.onus("organization", "create", self.name, of_all=True)
        self.token = self.onus("token", "create", "--name", "peers", "--role", "integration")
        self.database = psycopg.connect(OWNER, autocommit=True)
        self.number = self.database.execute(
            "SELECT id FROM onus.organization WHERE name = %s", (self.name,)).fetchone()[0]

    def onus(self, *words, of_all=False):
        command = [os.path.join(BIN, "onus"), *words, "--database-url", OWNER]
        if not of_all:
            command += ["--organization", self.name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=360, check=False)
        if done.returncode:
            raise RuntimeError(f"{words}: exit {done.returncode}: {done.stdout[:300]} {done.stderr[:300]}")
        return done.stdout.strip()

    def json(self, *words):
        return json.loads(self.onus(*words, "--format", "json"))

    def score(self, day, *words):
        report = self.json("score", "--as-of", day.isoformat(), *words)
        return {name: report[name] for name in ("managers", "programmes")}

    def stored(self):
        """Today's scores, as scoring keeps them event by event."""
        rows = self.database.execute(
            "SELECT manager, level, score, low, high, status, measures FROM score.current WHERE organization_id = %s",
            (self.number,))
        names = ("level", "score", "low", "high", "status", "measures")
        return {manager: dict(zip(names, row)) for manager, *row in rows}

    def post(self, lines):
        """What came in of the lines: accepted, duplicates, rejected."""
        answer = requests.post(
            URL, data="\n".join(lines).encode(), timeout=60,
            headers={"Authorization": "Bearer " + self.token, "Content-Type": "application/x-ndjson"}).json()
        return answer["accepted"], answer["duplicates"], len(answer["rejected"])

    def age(self):
        """Makes everything so far have been recorded earlier."""
        for table in ("log.event", "facts.event"):
            self.database.execute(
                f"UPDATE {table} SET recorded = recorded - %s WHERE organization_id = %s", (APART, self.number))

    def add_policy(self, policy):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(policy, file)
            file.flush()
            later = (TODAY + datetime.timedelta(days=400)).isoformat()
            return self.onus("policy", "set", file.name, "--valid-from", later)


class Comparison:
    """One organisation, in Onus and in the model."""

    def __init__(self, seed):
        self.seed = seed
        self.choose = random.Random(seed)
        self.end = ENDS[seed % len(ENDS)]
        self.organisation = Organisation(seed, self.end.toordinal())
        self.tenant = Tenant(seed)
        self.events = []
        self.faults = []

    def run(self):
        lines = self.organisation.lines()
        size = len(lines) // LOADS + 1
        loads = [lines[start:start + size] for start in range(0, len(lines), size)]
        known = []
        for load in loads:
            self.send(load)
            known.append(len(self.events))
            # Whatever scoring has not read yet counts too.
            self.expect("as it arrives", self.end)
            self.tenant.onus("status", "--wait", "300")
            self.faults += [f"stored: {one}" for one in differences(self.tenant.stored(), self.rows(TODAY)["managers"])]
            self.tenant.age()
        for days in (0, 1, 14, 47, 90, -1, -20):
            self.expect(f"{days} days before the end", self.end - datetime.timedelta(days=days))
        now = datetime.datetime.now(datetime.timezone.utc)
        for load, count in enumerate(known):
            instant = now - APART * (LOADS - load) + APART / 2
            self.expect(
                f"known after load {load + 1}", self.end, "--known-at", instant.isoformat(), events=self.events[:count])
        for policy in POLICIES:
            version = self.tenant.add_policy(policy)
            self.expect(f"policy {version}", self.end, "--policy", version, policy=policy)
            self.expect_difference(
                "policy diff", self.rows(self.end), self.rows(self.end, policy=policy),
                "policy", "diff", "--as-of", self.end.isoformat(), "--to", version)
        self.explain()
        month = self.end - datetime.timedelta(days=31)
        self.expect_difference(
            "compare", self.rows(month), self.rows(self.end),
            "compare", "--from", month.isoformat(), "--to", self.end.isoformat())
        self.tenant.onus("replay", "--verify")
        return self.faults

    def send(self, lines):
        seen = {event.identity for event in self.events}
        while lines:
            count = self.choose.randint(20, 150)
            part, lines = lines[:count], lines[count:]
            events = [Event(json.loads(line)) for line in part]
            new = {event.identity for event in events} - seen
            seen |= new
            self.events += events
            broken = [self.organisation.broken() for _ in range(self.choose.randint(1, 4))]
            for line in broken:
                part.insert(self.choose.randint(0, len(part)), line)
            expected = (len(new), len(events) - len(new), len(broken))
            found = self.tenant.post(part)
            if found != expected:
                self.faults.append(f"receipt {found}, expected {expected}")

    def rows(self, day, events=None, policy=None):
        return Model(self.events if events is None else events, day.toordinal(), policy).rows()

    def expect(self, title, day, *words, events=None, policy=None):
        found = self.tenant.score(day, *words)
        self.faults += [f"{title}: {one}" for one in differences(found, self.rows(day, events, policy))]

    def explain(self):
        """The trials of some managers add up to their rows."""
        rows = self.rows(self.end)["managers"]
        for manager in self.choose.sample(sorted(rows), min(3, len(rows))):
            answer = self.tenant.json("explain", f"--manager={manager}", "--as-of", self.end.isoformat())
            sums = {}
            for trial in answer["trials"]:
                if trial["state"] == "counted":
                    measure = sums.setdefault(trial["measure"], {"n": 0, "s": 0})
                    measure["n"] += trial["n"]
                    measure["s"] += trial["s"]
            counts = {name: {"n": row["n"], "s": row["s"]} for name, row in rows[manager]["measures"].items()}
            self.faults += [f"explain {manager!r}: {one}" for one in differences(sums, counts)]
            self.faults += [f"explain {manager!r}: {one}" for one in differences(answer["score"], rows[manager])]

    def expect_difference(self, title, before, after, *words):
        """A comparison's managers are those whose rows differ, with both rows."""
        before, after = before["managers"], after["managers"]
        found = {move["manager"]: [move["from"], move["to"]] for move in self.tenant.json(*words)["managers"]}
        expected = {
            manager: [before.get(manager), after.get(manager)] for manager in before.keys() | after.keys()
            if any(differences(before.get(manager), after.get(manager)))}
        if found.keys() != expected.keys():
            self.faults.append(f"{title}: {sorted(found)}, expected {sorted(expected)}")
        for manager in found.keys() & expected.keys():
            for one, other in zip(found[manager], expected[manager]):
                self.faults += [f"{title}, {manager!r}: {fault}" for fault in differences(one, other)]


def compare(seed):
    comparison = Comparison(seed)
    try:
        return seed, comparison.run()
    except (RuntimeError, requests.RequestException) as error:
        return seed, comparison.faults + [repr(error)]


first, _, last = SEEDS.partition("-")
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for number, faults in pool.map(compare, range(int(first), int(last or first) + 1)):
        check(f"organisation {number} scores as the text of the model says", not faults, faults[:4])
finish()
