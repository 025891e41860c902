#!/usr/bin/env python3
"""The CloudEvents SDK for Python as the sender: every form of the HTTP binding, and what must be refused."""
import datetime
import json
import os
import uuid

import requests
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from tally import check, finish

URL = os.environ["ONUS_BASE"] + "/v1/events"
AUTHORIZATION = {"Authorization": "Bearer " + os.environ["ONUS_TOKEN"]}


def event(data=None, **attributes):
    """A valid event of a person nobody else has; the SDK fills in nothing by itself here."""
    person = "peer-" + uuid.uuid4().hex
    given = {
        "id": uuid.uuid4().hex,
        "source": "/peers/cloudevents",
        "type": "onus.person.updated",
        "time": datetime.datetime.now(datetime.timezone.utc),
        "datacontenttype": "application/json",
    }
    given.update(attributes)
    return CloudEvent(given, data or {"person": person, "effectiveFrom": "2026-01-01", "active": True, "name": "Zoë"})


def post(body, headers, path=""):
    return requests.post(URL + path, data=body, headers={**AUTHORIZATION, **headers}, timeout=30)


def send(message):
    return post(message.body, message.headers)


def receipt(response):
    try:
        body = response.json()
        return body["accepted"], body["duplicates"], len(body["rejected"])
    except (ValueError, KeyError, TypeError):
        return None


def judged(name, response, status, expected=None):
    good = response.status_code == status and (expected is None or receipt(response) == expected)
    check(name, good, f"{response.status_code} {response.text}")


def batch(events):
    items = [json.loads(to_structured_event(one).body) for one in events]
    return post(json.dumps(items), {"content-type": "application/cloudevents-batch+json"})


one = event()
judged("structured is accepted", send(to_structured_event(one)), 202, (1, 0, 0))
judged("the same again is a duplicate", send(to_structured_event(one)), 202, (0, 1, 0))
judged("the same in binary is a duplicate too", send(to_binary_event(one)), 202, (0, 1, 0))
judged("binary is accepted", send(to_binary_event(event())), 202, (1, 0, 0))
judged("binary with percent-encoded headers", send(to_binary_event(event(source="/peers/ünïcode ☃"))), 202, (1, 0, 0))
quoted = event(source="/peers/ünïcode ☃")
judged("the header's text and the member's text are one identity (binary)", send(to_binary_event(quoted)), 202, (1, 0, 0))
judged("the header's text and the member's text are one identity (structured)", send(to_structured_event(quoted)), 202, (0, 1, 0))
judged("a batch is accepted", batch([event(), event(), event()]), 202, (3, 0, 0))
judged("a batch with one twice", batch([one, event()]), 202, (1, 1, 0))
judged("an empty batch", post("[]", {"content-type": "application/cloudevents-batch+json"}), 202, (0, 0, 0))
charset = to_structured_event(event())
judged("a charset parameter", post(charset.body, {"content-type": "application/cloudevents+json; charset=utf-8"}), 202, (1, 0, 0))
lines = "\n".join(to_structured_event(event()).body.decode() for _ in range(3))
judged("NDJSON", post(lines.encode(), {"content-type": "application/x-ndjson"}), 202, (3, 0, 0))
judged("a dry run stores nothing", post(to_structured_event(event()).body, {"content-type": "application/cloudevents+json"}, "?dryRun=true"), 202)

bad = event(data={"person": "p", "effectiveFrom": "yesterday", "active": True})
answer = send(to_structured_event(bad))
judged("a bad date is 422", answer, 422, (0, 0, 1))
check("its pointer names it", answer.json().get("rejected", [{}])[0].get("pointer") == "/data/effectiveFrom", answer.text)
answer = batch([event(), bad, event()])
judged("one bad event in a batch is 207", answer, 207, (2, 0, 1))
check("its index names it", answer.json().get("rejected", [{}])[0].get("index") == 1, answer.text)
judged("an unknown type is 422", send(to_structured_event(event(type="com.example.other"))), 422)

for missing in ("id", "source", "type", "specversion"):
    envelope = json.loads(to_structured_event(event()).body)
    del envelope[missing]
    judged(f"without {missing} it is 400", post(json.dumps(envelope), {"content-type": "application/cloudevents+json"}), 400)
for name, change, status in (
    ("another specversion", {"specversion": "0.3"}, 400),
    ("a bad time", {"time": "yesterday"}, 400),
    ("data and data_base64", {"data_base64": "e30="}, 400),
    ("NUL in a string", {"data": {"person": "a\0b", "effectiveFrom": "2026-01-01", "active": True}}, 422),
):
    envelope = {**json.loads(to_structured_event(event()).body), **change}
    judged(f"{name} is {status}", post(json.dumps(envelope), {"content-type": "application/cloudevents+json"}), status)
judged("half a body is 400", post('{"specversion":', {"content-type": "application/cloudevents+json"}), 400)
judged("another format is 415", post("<event/>", {"content-type": "application/cloudevents+xml"}), 415)
body = JSONFormat().write(event())
judged("no token is 401", requests.post(URL, data=body, headers={"content-type": "application/cloudevents+json"}, timeout=30), 401)
large = event(data={"person": "p", "effectiveFrom": "2026-01-01", "active": True, "extra": "x" * 300_000})
judged("an oversized event is 413", send(to_structured_event(large)), 413)
finish()
