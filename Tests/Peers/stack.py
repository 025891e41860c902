"""What the checks of delivery share: an organisation of their own, with people who may be written to at any hour."""
import datetime
import json
import os
import subprocess
import time
import uuid

import psycopg
import requests

BIN = os.environ["ONUS_BIN"]
OWNER = os.environ["ONUS_OWNER_URL"]
BASE = os.environ["ONUS_BASE"]


def onus(*words, organization=None):
    """What the operator's command prints; a failure ends the check."""
    command = [os.path.join(BIN, "onus"), *words, "--database-url", OWNER]
    if organization:
        command += ["--organization", organization]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=360).stdout.strip()


def until(wanted, seconds=60):
    """Asks until the answer is true; what it was at the end."""
    end = time.monotonic() + seconds
    while not (answer := wanted()) and time.monotonic() < end:
        time.sleep(0.1)
    return answer


class Organization:
    """An organisation with a manager `m`, their report `p` and an HR contact `h`, whom nothing ever disturbs."""

    def __init__(self, name, people):
        self.name = name
        self.number = onus("organization", "create", name)
        self.token = onus("token", "create", "--name", "peers", "--role", "admin", organization=name)
        onus("contact", "set", "--hr", "h", organization=name)
        for person, data in people.items():
            self.assign(person, data)
        with psycopg.connect(OWNER) as connection:
            for person in people:
                connection.execute(
                    "INSERT INTO notice.preference (organization_id, person, quiet_from_minute, quiet_until_minute, "
                    "quiet_weekends) VALUES (%s, %s, 0, 0, false)", (self.number, person))
        self.settle()

    def assign(self, person, data):
        """From today on: of what falls due with time, as coaching does each fortnight, nothing is due whatever the day."""
        today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        self.send("onus.person.updated", {"person": person, "effectiveFrom": today, "active": True, **data})

    def send(self, kind, data, identity=None):
        """Posts one event that happens now, and answers its identity."""
        event = {
            "specversion": "1.0", "type": kind, "source": "/peers/delivery", "id": identity or uuid.uuid4().hex,
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(), "data": data,
        }
        answer = requests.post(
            BASE + "/v1/events", data=json.dumps(event), timeout=30,
            headers={"Authorization": "Bearer " + self.token, "Content-Type": "application/cloudevents+json"})
        if answer.status_code != 202:
            raise SystemExit(f"{kind}: {answer.status_code} {answer.text}")
        return {"source": event["source"], "id": event["id"]}

    def contest(self, manager="m", person="p"):
        """Feedback that its receiver contests: a notice to the manager and one to HR, on arrival."""
        said = self.send("onus.feedback.given", {"from": manager, "person": person})
        return self.send("onus.evidence.contested", {"event": said, "by": person, "reason": "not so"})

    def settle(self):
        onus("status", "--wait", "300")

    def deliveries(self, state):
        """The lines of `onus deliveries list`, without the heading."""
        return onus("deliveries", "list", "--state", state, organization=self.name).splitlines()[1:]
