#!/usr/bin/env python3
"""Scoring's own time for single events in a large organisation that is scored: from the beginning of its transaction to the
commit, as its metrics count it, one event at a time.

Reads ONUS_BASE (ingestion), ONUS_SCORING (scoring, for /metrics), ONUS_TOKEN and ONUS_DATABASE_URL (of the owner).
The first argument is how many events of each common kind; of the rare kinds, which bear on many, fewer are sent. Further
arguments choose kinds. Prints one line a kind: name, events, p50, p99 and the greatest in milliseconds, and appends it as
JSON to BENCH_OUT, where that is set.
"""
import datetime
import http.client
import json
import os
import random
import statistics
import sys
import time
import urllib.parse

import psycopg

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200
WANTED = set(sys.argv[2:])
PATIENCE = 120.0
# Kinds that one step scores; what bears on many may take several.
COMMON = ("coaching", "gap")
TODAY = datetime.datetime.now(datetime.timezone.utc).date()


class Organisation:
    """Who is whose, as the facts tell it today."""

    def __init__(self, database):
        rows = database.execute(
            "SELECT DISTINCT ON (person) person, data::jsonb ->> 'manager', data::jsonb ->> 'role',"
            " (data::jsonb ->> 'active')::boolean FROM facts.event WHERE organization_id = 1 AND type = 1"
            " ORDER BY person, data::jsonb ->> 'effectiveFrom' DESC").fetchall()
        active = {person for person, _, _, is_active in rows if is_active}
        self.manager = {person: boss for person, boss, _, is_active in rows if is_active and boss in active}
        self.role = {person: role for person, _, role, _ in rows}
        self.reports = {}
        for person, boss in self.manager.items():
            self.reports.setdefault(boss, []).append(person)
        self.leads = [person for person in self.reports if person in self.manager]
        self.staff = [person for person in self.manager if person not in self.reports]
        self.gaps = database.execute(
            "SELECT g.gap, g.person FROM facts.event AS g WHERE organization_id = 1 AND type = 5 AND day > %s"
            " AND NOT EXISTS (SELECT FROM facts.event AS e WHERE e.organization_id = 1 AND e.gap = g.gap AND e.type = 7)"
            " LIMIT 5000", (TODAY - datetime.timedelta(days=120),)).fetchall()
        self.gaps = [(gap, person) for gap, person in self.gaps if person in self.manager]


def below(organisation, leader):
    """Everybody below a leader; an organisation may have cycles."""
    found, open_ = {leader}, [leader]
    while open_:
        reports = set(organisation.reports.get(open_.pop(), [])) - found
        found |= reports
        open_ += reports
    return found


def assignment(person, manager, role, active=True):
    data = {"person": person, "effectiveFrom": str(TODAY), "active": active, "role": role}
    return "person.updated", {**data, "manager": manager} if manager else data


def kinds(organisation, choose):
    """By name: how many, and what makes the next event."""
    def coaching(_):
        person = choose(organisation.staff)
        return "coaching.held", {
            "person": person, "coach": organisation.manager[person], "context": {"kind": "call"}, "observed": True}

    def gap(number):
        if number % 2:
            return "gap.identified", {"gap": f"bench-{os.getpid()}-{number}", "person": choose(organisation.staff),
                                      "cause": "skill"}
        name, person = choose(organisation.gaps)
        return "gap.action", {
            "gap": name, "by": organisation.manager[person], "kind": "coaching", "stage": "taken"}

    def move(_):
        person = choose(organisation.staff)
        return assignment(person, choose(organisation.leads), organisation.role[person])

    def leave(_):
        return "absence.recorded", {"person": choose(organisation.staff), "from": str(TODAY),
                                    "to": str(TODAY + datetime.timedelta(days=6))}

    def manager_moves(_):
        lead = choose(organisation.leads)
        team = below(organisation, lead)
        return assignment(lead, choose([other for other in organisation.leads if other not in team]),
                          organisation.role[lead])

    def manager_leave(_):
        return "absence.recorded", {"person": choose(organisation.leads), "from": str(TODAY),
                                    "to": str(TODAY + datetime.timedelta(days=6))}

    def levels(person):
        seen = set()
        while person in organisation.manager and person not in seen:
            seen.add(person)
            person = organisation.manager[person]
        return len(seen)

    by_level = sorted(organisation.leads, key=levels)

    def top_leave(number):
        lead = by_level[number % 5]
        return "absence.recorded", {"person": lead, "from": str(TODAY - datetime.timedelta(days=number)),
                                    "to": str(TODAY)}

    def departure(_):
        lead = choose(organisation.leads)
        return assignment(lead, organisation.manager[lead], organisation.role[lead], active=False)

    def role(number):
        return "role.defined", {
            "role": choose(list({role for role in organisation.role.values() if role})), "effectiveFrom": str(TODAY),
            "expectations": [{"id": f"x{number}", "statement": "Answers within a day"}]}

    some, few = max(5, COUNT // 10), max(5, COUNT // 50)
    return {
        "coaching": (COUNT, coaching), "gap": (COUNT, gap), "transfer": (some, move), "absence": (some, leave),
        "manager_transfer": (some, manager_moves), "manager_absence": (some, manager_leave),
        "top_manager_absence": (few, top_leave), "manager_departure": (few, departure), "role_defined": (few, role),
    }


class Scoring:
    """What scoring's metrics say. It writes the events first and the step after, so both are waited for."""

    # A common event is scored by then; asking more often would only take the core that scores.
    FIRST, NEXT = 0.02, 0.02

    def __init__(self, base, database):
        self.base = urllib.parse.urlsplit(base)
        self.database = database

    def state(self):
        """Events, steps that did something, and their seconds."""
        connection = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=PATIENCE)
        connection.request("GET", "/metrics")
        lines = dict(line.rsplit(" ", 1) for line in connection.getresponse().read().decode().splitlines()
                     if line and not line.startswith("#"))
        connection.close()
        return (int(float(lines["onus_scoring_events_total"])), int(float(lines["onus_scoring_step_seconds_count"])),
                float(lines["onus_scoring_step_seconds_sum"]))

    def is_done(self):
        """Whether nothing waits to be computed: what bears on many is marked first."""
        return self.database.execute(
            "SELECT NOT EXISTS (SELECT FROM score.mark) AND NOT EXISTS (SELECT FROM score.arrival)"
            " AND NOT EXISTS (SELECT FROM score.turn)").fetchone()[0]

    def after(self, before, is_rare):
        """The seconds of the steps that one event took."""
        began = time.time()
        time.sleep(self.FIRST)
        while (now := self.state())[0] <= before[0] or now[1] <= before[1] or (is_rare and not self.is_done()):
            if time.time() - began > PATIENCE:
                sys.exit(f"no event scored within {PATIENCE} s")
            time.sleep(self.NEXT)
        # The marks are gone with the commit, a moment before the step is counted.
        while is_rare:
            time.sleep(self.NEXT)
            now, last = self.state(), now
            if now == last:
                break
        return now[2] - before[2]


def main():
    base = urllib.parse.urlsplit(os.environ["ONUS_BASE"])
    headers = {"Authorization": "Bearer " + os.environ["ONUS_TOKEN"], "Content-Type": "application/cloudevents+json"}
    database = psycopg.connect(os.environ["ONUS_DATABASE_URL"], autocommit=True)
    organisation = Organisation(database)
    scoring = Scoring(os.environ["ONUS_SCORING"], database)
    choose = random.Random(1).choice
    wanted = kinds(organisation, choose)
    connection = http.client.HTTPConnection(base.hostname, base.port)
    print("event                    count      p50 ms      p99 ms      max ms")
    for name, (count, make) in wanted.items():
        if WANTED and name not in WANTED:
            continue
        times = []
        for number in range(count):
            kind, data = make(number)
            before = scoring.state()
            connection.request("POST", "/v1/events", json.dumps({
                "specversion": "1.0", "type": "onus." + kind, "source": "/bench",
                "id": f"{os.getpid()}-{name}-{number}",
                "time": datetime.datetime.now(datetime.timezone.utc).isoformat(), "data": data}), headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 202:
                sys.exit(f"expected 202, got {response.status}: {body[:300]!r}")
            times.append(scoring.after(before, name not in COMMON) * 1000)
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        print(f"{name:<24} {count:>5} {statistics.median(times):>11.2f} {cuts[98]:>11.2f} {max(times):>11.2f}", flush=True)
        if "BENCH_OUT" in os.environ:
            with open(os.environ["BENCH_OUT"], "a", encoding="utf-8") as out:
                print(json.dumps({
                    "measure": "event", "people": len(organisation.manager), "event": name, "count": count,
                    "p50": statistics.median(times), "p99": cuts[98], "max": max(times)}), file=out)


main()
