#!/usr/bin/env python3
"""Scoring's own time for single events in a large organisation that is scored: from the beginning of its transaction to the
commit, as its metrics count it, one event at a time.

Reads ONUS_BASE (ingestion), ONUS_SCORING (scoring, for /metrics), ONUS_TOKEN and ONUS_DATABASE_URL (of the owner).
The first argument is how many events of each common kind; of the rare kinds, which bear on many, fewer are sent. Further
arguments choose kinds. Prints one line a kind: name, events, p50, p99 and the greatest in milliseconds.
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

    few = max(5, COUNT // 20)
    return {
        "coaching": (COUNT, coaching), "gap": (COUNT, gap), "transfer": (COUNT, move), "absence": (COUNT, leave),
        "manager_transfer": (COUNT, manager_moves), "manager_absence": (COUNT, manager_leave),
        "top_manager_absence": (few, top_leave), "manager_departure": (few, departure), "role_defined": (few, role),
    }


class Scoring:
    def __init__(self, base):
        self.base = urllib.parse.urlsplit(base)

    def steps(self):
        """How many steps did something, and their seconds."""
        connection = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=PATIENCE)
        connection.request("GET", "/metrics")
        lines = dict(line.rsplit(" ", 1) for line in connection.getresponse().read().decode().splitlines()
                     if line and not line.startswith("#"))
        connection.close()
        return (int(float(lines["onus_scoring_events_total"])), float(lines["onus_scoring_step_seconds_sum"]))

    def after(self, events):
        began = time.time()
        while (now := self.steps())[0] < events:
            if time.time() - began > PATIENCE:
                sys.exit(f"no event scored within {PATIENCE} s")
            time.sleep(0.005)
        return now


def main():
    base = urllib.parse.urlsplit(os.environ["ONUS_BASE"])
    headers = {"Authorization": "Bearer " + os.environ["ONUS_TOKEN"], "Content-Type": "application/cloudevents+json"}
    with psycopg.connect(os.environ["ONUS_DATABASE_URL"], autocommit=True) as database:
        organisation = Organisation(database)
    scoring = Scoring(os.environ["ONUS_SCORING"])
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
            events, seconds = scoring.steps()
            connection.request("POST", "/v1/events", json.dumps({
                "specversion": "1.0", "type": "onus." + kind, "source": "/bench",
                "id": f"{os.getpid()}-{name}-{number}",
                "time": datetime.datetime.now(datetime.timezone.utc).isoformat(), "data": data}), headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 202:
                sys.exit(f"expected 202, got {response.status}: {body[:300]!r}")
            times.append((scoring.after(events + 1)[1] - seconds) * 1000)
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        print(f"{name:<24} {count:>5} {statistics.median(times):>11.2f} {cuts[98]:>11.2f} {max(times):>11.2f}", flush=True)


main()
