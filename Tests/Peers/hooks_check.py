#!/usr/bin/env python3
"""The Standard Webhooks library for Python as the sender: what it signs, a hook takes, and nothing else."""
import base64
import datetime
import hashlib
import hmac
import json
import os
import subprocess
import tempfile
import uuid

import psycopg
import requests
from standardwebhooks import Webhook
from stack import BASE, BIN, OWNER, onus, until
from tally import check, finish

SECRETS = os.environ["ONUS_CONNECTOR_SECRETS"]
CONNECTORS = os.environ["ONUS_CONNECTORS"]
SAMPLES = os.path.join(CONNECTORS, "samples")


def secret(name, *values):
    with open(os.path.join(SECRETS, name), "w", encoding="utf-8") as file:
        file.write("\n".join(values) + "\n")


def key(octets):
    return "whsec_" + base64.b64encode(octets).decode()


def meeting(**changes):
    """A meeting of two that was held an hour ago."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    item = {
        "id": uuid.uuid4().hex, "iCalUID": uuid.uuid4().hex, "status": "confirmed",
        "organizer": {"email": "M@example.com"},
        "start": {"dateTime": (now - datetime.timedelta(hours=1)).isoformat()},
        "end": {"dateTime": (now - datetime.timedelta(minutes=30)).isoformat()},
        "attendees": [{"email": "M@example.com", "responseStatus": "accepted"},
                      {"email": "P@example.com", "responseStatus": "accepted"}],
    }
    return {**item, **changes}


def post(name, body, headers):
    return requests.post(f"{BASE}/v1/hooks/{name}", data=body.encode(), timeout=30,
                         headers={"Content-Type": "application/json", **headers})


def send(name, signer, payload, identity=None, when=None, body=None):
    """Posts what the library signs; `body` is sent instead of what was signed."""
    text = json.dumps(payload)
    identity = identity or "msg_" + uuid.uuid4().hex
    when = when or datetime.datetime.now(datetime.timezone.utc)
    return post(name, text if body is None else body, {
        "webhook-id": identity, "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": Webhook(signer).sign(identity, when, text)})


def log():
    with psycopg.connect(OWNER) as connection:
        return connection.execute(
            "SELECT o.name, e.source, e.id FROM log.event e JOIN onus.organization o ON o.id = e.organization_id "
            "WHERE o.name LIKE 'peers-hooks%'").fetchall()


ours, theirs = "peers-hooks", "peers-hooks-two"
for organization in (ours, theirs):
    onus("organization", "create", organization)
first, second, other = key(os.urandom(32)), key(os.urandom(24)), key(os.urandom(64))
secret("peers-calendar", first)
secret("peers-calendar-two", other)
path = onus("connector", "enable", "peers-calendar", "--connector", "calendar", "--secret", "peers-calendar",
            organization=ours)
check("the address ends with the hook's name", path == "/v1/hooks/peers-calendar", path)
onus("connector", "enable", "peers-calendar-two", "--connector", "calendar", "--secret", "peers-calendar-two",
     organization=theirs)

held = {"items": [meeting()]}
identity = "msg_" + uuid.uuid4().hex
answer = send("peers-calendar", first, held, identity)
check("a call that the library signs is taken", answer.status_code == 202, answer.text)
check("as an event", answer.json() == {"accepted": 1, "duplicates": 0, "rejected": [], "ignored": []}, answer.text)
again = send("peers-calendar", first, held, identity,
             datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60))
check("a retry with a new time is a duplicate", again.status_code == 202 and again.json()["duplicates"] == 1, again.text)
check("another organisation's hook does not take it",
      send("peers-calendar-two", first, held).status_code == 401)
check("and takes its own", send("peers-calendar-two", other, held).json()["accepted"] == 1)
check("each organisation has one event", sorted(row[0] for row in log()) == [ours, theirs], log())

late = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=400)
check("an old call is not", send("peers-calendar", first, held, when=late).status_code == 401)
early = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=400)
check("nor one from the future", send("peers-calendar", first, held, when=early).status_code == 401)
changed = send("peers-calendar", first, held, body=json.dumps({"items": []}))
check("nor a changed body", changed.status_code == 401, changed.text)
check("the refusal is a problem", changed.headers["content-type"] == "application/problem+json", changed.headers)
check("and a challenge", "www-authenticate" in changed.headers, changed.headers)
check("nor a call without a signature", post("peers-calendar", "{}", {}).status_code == 401)
check("an unknown hook is 404", post("peers-nobody", "{}", {}).status_code == 404)

# While the vendor changes its secret, it signs with both, or we know both.
secret("peers-calendar", second, first)
for signer in (second, first):
    # The service looks at most once a second.
    check("during a rotation both secrets are taken",
          until(lambda: send("peers-calendar", signer, {"items": [meeting()]}).status_code == 202, seconds=5))
text, now = json.dumps({"items": [meeting()]}), datetime.datetime.now(datetime.timezone.utc)
both = " ".join(["v2,AAAA", Webhook(other).sign("msg_x", now, text), Webhook(second).sign("msg_x", now, text)])
answer = post("peers-calendar", text, {"webhook-id": "msg_x", "webhook-timestamp": str(int(now.timestamp())),
                                       "webhook-signature": both})
check("one good signature of several is enough, unknown versions are skipped", answer.status_code == 202, answer.text)

for name, item in {
    "scheduled is not held": meeting(end={"dateTime": "2999-01-01T00:00:00Z"}),
    "it was cancelled": meeting(status="cancelled"),
}.items():
    answer = send("peers-calendar", first, {"items": [item]})
    check(name, answer.status_code == 202 and answer.json()["accepted"] == 0
          and answer.json()["ignored"][0]["reason"] == name, answer.text)
answer = send("peers-calendar", first, {"type": "ping"})
check("a ping is answered without events", answer.status_code == 202 and answer.json()["accepted"] == 0, answer.text)
answer = send("peers-calendar", first, {"items": [meeting(status="odd")]})
check("what no rule is for is refused", answer.status_code == 422 and answer.json()["rejected"][0]["pointer"]
      == "/items/0", answer.text)
with psycopg.connect(OWNER) as connection:
    kept = connection.execute("SELECT count(*) FROM log.quarantine WHERE title = 'No rule for this'").fetchone()[0]
check("and kept", kept >= 1, kept)
before = set(log())

# A vendor's own header, as its documentation computes it.
secret("peers-bamboo", "private key")
onus("connector", "enable", "peers-bamboo", "--connector", "bamboohr", "--secret", "peers-bamboo",
     "--set", "company=acme", "--set", "report=1", organization=ours)
with open(os.path.join(SAMPLES, "bamboohr", "updated.json"), encoding="utf-8") as file:
    body = file.read()
stamp = str(int(datetime.datetime.now(datetime.timezone.utc).timestamp()))
code = hmac.new(b"private key", (body + stamp).encode(), hashlib.sha256).hexdigest()
answer = post("peers-bamboo", body, {"X-BambooHR-Signature": code, "X-BambooHR-Timestamp": stamp})
check("a vendor's own signature is taken", answer.status_code == 202 and answer.json()["accepted"] == 2, answer.text)
added = set(log()) - before
check("the events carry the hook's source", len(added) == 2 and all(
    row[:2] == (ours, "/connectors/peers-bamboo") for row in added), added)
onus("connector", "disable", "peers-bamboo", organization=ours)
headers = {"X-BambooHR-Signature": code, "X-BambooHR-Timestamp": stamp}
check("a hook that is switched off is soon 404",
      until(lambda: post("peers-bamboo", body, headers).status_code == 404, seconds=5))

# The operator's rehearsal.
command = [os.path.join(BIN, "onus"), "connector", "test", os.path.join(CONNECTORS, "bamboohr.yaml")]
done = subprocess.run(command + [os.path.join(SAMPLES, "bamboohr", "updated.json")], capture_output=True, text=True,
                      check=False)
check("connector test shows what would come out", done.returncode == 0 and len(json.loads(done.stdout)["events"]) == 2,
      done)
done = subprocess.run(command + [os.path.join(SAMPLES, "bamboohr", "event-based.json")], capture_output=True,
                      text=True, check=False)
check("and exits 1 where nothing would", done.returncode == 1 and json.loads(done.stdout)["fetch"], done)
with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
    file.write("connector: x\ntitle: X\n")
    file.flush()
    done = subprocess.run([os.path.join(BIN, "onus"), "connector", "check", file.name], capture_output=True, text=True,
                          check=False)
check("connector check names file and line", done.returncode == 1 and f"{file.name}: line 1" in done.stderr, done)
finish()
