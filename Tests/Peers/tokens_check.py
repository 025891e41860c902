"""Tokens as their bearers meet them: a rate of their own, rotation with an overlap, and an end within a second."""
import json
import os
import time
import uuid

import requests

import tally
from stack import BASE, onus

SOURCE = f"/peers/tokens/{uuid.uuid4()}"


def event(number):
    return {"specversion": "1.0", "type": "onus.expectation.acknowledged", "source": SOURCE, "id": str(number),
            "time": "2026-03-31T12:00:00Z", "data": {"person": "1", "role": "r"}}


def send(token, body, form="application/cloudevents-batch+json"):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": form}
    data = json.dumps(body) if isinstance(body, list) else body
    return requests.post(f"{BASE}/v1/events", data=data, headers=headers, timeout=30)


def make(name, *words):
    return onus("token", "create", "--name", name, "--role", "integration", *words)


def seconds_until_refused(token):
    """How long a token that was ended just now still works, asked again and again."""
    start = time.monotonic()
    while (status := send(token, []).status_code) == 202 and time.monotonic() - start < 10:
        pass
    return time.monotonic() - start if status == 401 else None


slow = make("slow", "--rate", "5")
answer = send(slow, [event(n) for n in range(30)])
tally.check("a batch above the rate passes whole", answer.status_code == 202 and answer.json()["accepted"] == 30, answer.text)
answer = send(slow, [event(30)])
tally.check("what follows is 429 with a time to come back", answer.status_code == 429
            and 3 <= int(answer.headers["Retry-After"]) <= 6, (answer.status_code, answer.headers))
time.sleep(int(answer.headers["Retry-After"]))
tally.check("after that time it passes", send(slow, [event(30)]).status_code == 202)

old = make("rotated", "--expires", "30d")
new = onus("token", "rotate", "rotated", "--overlap", "1h")
tally.check("both secrets work during the overlap", send(old, []).status_code == send(new, []).status_code == 202)
listed = onus("token", "list")
tally.check("the list tells them apart and shows no secret",
            " replaced " in listed and old not in listed and new not in listed and "onus_" not in listed, listed)

ended = make("ended")
tally.check("a new token works at once", send(ended, []).status_code == 202)
onus("token", "revoke", "ended")
took = seconds_until_refused(ended)
tally.check("a revoked token is refused within a second", took is not None and took < 1.1, took)
print(f"      refused after {took:.2f} s")

streaming = make("streaming")


def lines():
    for number in range(100, 103):
        yield json.dumps(event(number)).encode() + b"\n"
    onus("token", "revoke", "streaming")
    seconds_until_refused(streaming)
    for number in range(103, 106):
        yield json.dumps(event(number)).encode() + b"\n"


answer = send(streaming, lines(), "application/x-ndjson")
tally.check("a token revoked in the middle of a stream ends it", answer.status_code == 401, answer.text)
tally.finish()
