#!/usr/bin/env python3
"""scim2-tester as the identity provider, against an empty organisation: it writes, patches and reads back every attribute
that /Schemas advertises. Behind it the same real people come in by CSV and by SCIM, to the same assignments."""
import collections
import concurrent.futures
import csv
import datetime
import http.client
import json
import os
import subprocess
import threading
import time
import uuid
from urllib.parse import urlsplit

import httpx2
import psycopg
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server
from scim2_tester.utils import Status
from tally import check, finish

BIN = os.environ["ONUS_BIN"]
OWNER = os.environ["ONUS_OWNER_URL"]
BASE = os.environ["ONUS_BASE"]
URL = BASE + "/scim/v2"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SAMPLE = os.path.join(os.path.dirname(__file__), "..", "..", "deploy", "sample", "hris")
TODAY = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
# Connections of the identity provider: providers send people side by side.
WORKERS = 8
GOOD = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE}

# Checks of scim2-tester that Onus fails on purpose: title of the check, word of the reason, and why. None so far.
EXCEPTIONS = []


def onus(*words, organization=None):
    command = [os.path.join(BIN, "onus"), *words, "--database-url", OWNER]
    if organization:
        command += ["--organization", organization]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.strip()


def organization(role):
    """A new organisation, with a token of this role."""
    name = "scim-" + uuid.uuid4().hex[:12]
    number = int(onus("organization", "create", name))
    return name, number, onus("token", "create", "--name", "peers", "--role", role, organization=name)


def tester():
    _, _, token = organization("scim")
    with httpx2.Client(base_url=URL, headers={"Authorization": "Bearer " + token}, timeout=30) as client:
        results = check_server(SyncSCIMClient(client))
    for result in results:
        title = f"{result.resource_type or 'server'}: {result.title}: {result.reason}"
        reason = next((e[2] for e in EXCEPTIONS if e[0] == result.title and e[1] in (result.reason or "")), None)
        check(title if reason is None else f"{title} (excepted: {reason})", result.status in GOOD or reason, result.data)
    check("more than fifty checks ran", len(results) > 50, len(results))


def last_rows(path):
    """The last row of each person of a set that has begun and has a day in it: it holds today, or they have left."""
    last = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["start_date"] > TODAY or row["end_date"] == row["start_date"]:
                continue
            other = last.get(row["employee_id"])
            if other is None or other["start_date"] < row["start_date"]:
                last[row["employee_id"]] = row
    return last


def has_left(row):
    return bool(row["end_date"]) and row["end_date"] <= TODAY


def assignments(number):
    """What holds today in an organisation, of all events: the greatest effectiveFrom, then time, source and id."""
    with psycopg.connect(OWNER) as connection:
        rows = connection.execute(
            "SELECT data, time, source, id FROM log.event WHERE organization_id = %s AND type = 1", (number,)).fetchall()
    latest = {}
    for data, time, source, identity in rows:
        data = json.loads(data)
        order = (data["effectiveFrom"], time, source, identity)
        if data["effectiveFrom"] <= TODAY and (data["person"] not in latest or order > latest[data["person"]][0]):
            latest[data["person"]] = (order, data)
    return {p: tuple(d.get(k) for k in ("manager", "role", "unit", "active")) for p, (_, d) in latest.items()}


class Provider:
    """An identity provider that sends requests side by side, each worker over a connection of its own."""

    def __init__(self, token):
        self.headers = {"Authorization": "Bearer " + token, "Content-Type": "application/scim+json"}
        self.mine = threading.local()

    def send(self, method, path, body, status):
        """The answer's body; a refusal is raised."""
        if not hasattr(self.mine, "connection"):
            address = urlsplit(URL)
            self.mine.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        text = None if body is None else json.dumps(body)
        # 503 asks to send it again: the service waits only so long for a connection to the database.
        for _ in range(10):
            self.mine.connection.request(method, "/scim/v2" + path, text, self.headers)
            answer = self.mine.connection.getresponse()
            content = answer.read()
            if answer.status != 503:
                break
            time.sleep(0.5)
        if answer.status != status:
            raise ValueError(f"{method} {path}: {answer.status} {content.decode()}")
        return json.loads(content) if content else None

    def each(self, things, work):
        """Does something to each, side by side, and answers what it made of them."""
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
            return list(workers.map(work, things))

    def create(self, person, row, manager=None):
        """A User, and gives its id. The manager is a User's id, or an identifier that is no User's."""
        return self.send("POST", "/Users", {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "externalId": person, "userName": row["email"], "active": True, "title": row["title"],
            "name": {"givenName": row["given_name"], "familyName": row["family_name"]},
            "emails": [{"value": row["email"], "type": "work", "primary": True}],
            ENTERPRISE: {"department": row["department"], **({"manager": {"value": manager}} if manager else {})},
        }, 201)["id"]

    def patch(self, identity, operation):
        self.send("PATCH", f"/Users/{identity}", {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}, 200)

    def bring(self, people):
        """Sends a set of people and answers their ids."""
        # First those who are managers, without their own; then their reports; and managers of managers last, as
        # Microsoft Entra ID sends them: half as a bare id, half as an object. Lines may come back to themselves.
        managers = sorted({row["manager_id"] for row in people.values()} & people.keys())
        ids = dict(zip(managers, self.each(managers, lambda person: self.create(person, people[person]))))

        def reference(person):
            manager = people[person]["manager_id"]
            return ids.get(manager, manager)

        others = [person for person in people if person not in ids]
        created = self.each(others, lambda person: self.create(person, people[person], reference(person)))
        for number, person in enumerate(managers):
            if manager := reference(person):
                self.patch(ids[person], {"op": "Add", "path": ENTERPRISE + ":manager",
                                         "value": manager if number % 2 else {"value": manager}})
        ids.update(zip(others, created))
        # Who has left is disabled, and stays; Microsoft Entra ID says so by a text.
        leavers = [person for person, row in people.items() if has_left(row)]
        self.each(leavers, lambda person: self.patch(ids[person], {"op": "Replace", "path": "active", "value": "False"}))
        return ids


def same_people(name, least, leavers):
    """The real people of one set, those who have left too: what holds of each by CSV and by SCIM is equal."""
    path = os.path.join(SAMPLE, f"employees_{name}.csv")
    csv_name, csv_number, csv_token = organization("admin")
    onus("import", "hris", path, "--url", BASE, "--token", csv_token, organization=csv_name)
    _, scim_number, scim_token = organization("scim")
    provider = Provider(scim_token)
    people = last_rows(path)
    start = time.monotonic()
    try:
        provider.bring(people)
    except ValueError as error:
        check(f"{name}: everybody is sent", False, error)
        return
    print(f"      {name}: sent by SCIM in {time.monotonic() - start:.1f} s")
    by_csv, by_scim = assignments(csv_number), assignments(scim_number)
    differing = {p: (by_csv.get(p), by_scim.get(p)) for p in by_csv.keys() | by_scim.keys() if by_csv.get(p) != by_scim.get(p)}
    check(f"{name}: {len(people)} people, the same by CSV and by SCIM", len(by_scim) >= least and not differing,
          dict(list(differing.items())[:5]))
    gone = sum(not values[3] for values in by_scim.values())
    check(f"{name}: {gone} of them have left", gone == leavers, gone)
    answer = provider.send("GET", "/Users?count=1", None, 200)
    check(f"{name}: SCIM lists as many", answer["totalResults"] == len(people), answer)
    spans = collections.Counter(values[0] for values in by_scim.values() if values[0])
    check(f"{name}: there are managers with reports", len(spans) > 10, spans)


tester()
for real_set in [("adventureworks", 290, 0), ("oracle_hr", 107, 0), ("bytebase", 9_999, 1_935)]:
    same_people(*real_set)
finish()
