#!/usr/bin/env python3
"""scim2-tester as the identity provider, against an empty organisation: it writes, patches and reads back every attribute
that /Schemas advertises. Behind it the same real people come in by CSV and by SCIM, to the same assignments."""
import collections
import csv
import datetime
import json
import os
import subprocess
import uuid

import httpx2
import psycopg
import requests
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


def current_people(path):
    """The rows of a set that hold today, by person."""
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    with open(path, newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["start_date"] <= today and not (r["end_date"] and r["end_date"] <= today)]
    return {row["employee_id"]: row for row in rows}


def assignments(number):
    """What holds today in an organisation, of all events: the greatest effectiveFrom, then time, source and id."""
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    with psycopg.connect(OWNER) as connection:
        rows = connection.execute(
            "SELECT data, time, source, id FROM log.event WHERE organization_id = %s AND type = 1", (number,)).fetchall()
    latest = {}
    for data, time, source, identity in rows:
        data = json.loads(data)
        order = (data["effectiveFrom"], time, source, identity)
        if data["effectiveFrom"] <= today and (data["person"] not in latest or order > latest[data["person"]][0]):
            latest[data["person"]] = (order, data)
    return {p: tuple(d.get(k) for k in ("manager", "role", "unit", "active")) for p, (_, d) in latest.items()}


def same_people(name):
    """The real people of one set: current assignments by CSV and by SCIM are equal."""
    path = os.path.join(SAMPLE, f"employees_{name}.csv")
    csv_name, csv_number, csv_token = organization("admin")
    onus("import", "hris", path, "--url", BASE, "--token", csv_token, organization=csv_name)
    _, scim_number, scim_token = organization("scim")
    session = requests.Session()
    session.headers.update({"Authorization": "Bearer " + scim_token, "Content-Type": "application/scim+json"})
    people = current_people(path)
    ids = {}
    for person, row in people.items():
        body = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "externalId": person, "userName": row["email"], "active": True, "title": row["title"],
            "name": {"givenName": row["given_name"], "familyName": row["family_name"]},
            "emails": [{"value": row["email"], "type": "work", "primary": True}],
            ENTERPRISE: {"department": row["department"]},
        }
        answer = session.post(URL + "/Users", data=json.dumps(body), timeout=30)
        if answer.status_code != 201:
            check(f"{name}: {person} is created", False, answer.text)
            return
        ids[person] = answer.json()["id"]
    # Managers come second, as Microsoft Entra ID sends them: half as a bare id, half as an object.
    for number, (person, row) in enumerate(people.items()):
        if not row["manager_id"]:
            continue
        manager = ids.get(row["manager_id"], row["manager_id"])
        operation = {"op": "Add", "path": ENTERPRISE + ":manager", "value": manager if number % 2 else {"value": manager}}
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
        answer = session.patch(f"{URL}/Users/{ids[person]}", data=json.dumps(body), timeout=30)
        if answer.status_code != 200:
            check(f"{name}: the manager of {person} is set", False, answer.text)
            return
    by_csv, by_scim = assignments(csv_number), assignments(scim_number)
    by_csv = {person: values for person, values in by_csv.items() if values[3] or person in by_scim}
    differing = {p: (by_csv.get(p), by_scim.get(p)) for p in by_csv.keys() | by_scim.keys() if by_csv.get(p) != by_scim.get(p)}
    check(f"{name}: {len(people)} people, the same by CSV and by SCIM", len(people) > 100 and not differing, differing)
    answer = session.get(URL + "/Users", params={"count": 1}, timeout=30).json()
    check(f"{name}: SCIM lists as many", answer["totalResults"] == len(people), answer)
    spans = collections.Counter(values[0] for values in by_scim.values() if values[0])
    check(f"{name}: there are managers with reports", len(spans) > 10, spans)


tester()
for real_set in ("adventureworks", "oracle_hr"):
    same_people(real_set)
finish()
