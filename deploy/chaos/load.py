"""The load under which processes are killed, and the account of what was acknowledged."""
import hashlib
import http.client
import json
import random
import threading
import time
import uuid

from wal import FlushProbe

# Seconds in which every request is answered, whatever happens to the database.
PATIENCE = 40


def identity(source, event):
    """As log.identity has it."""
    return uuid.UUID(bytes=hashlib.sha256(source.encode() + b"\0" + event.encode()).digest()[:16])


class Events:
    """The events of a file, over and over, each pass as sources of its own."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.lines = [json.loads(line) for line in file]
        self.lock, self.next = threading.Lock(), 0

    def take(self, count):
        with self.lock:
            numbers = range(self.next, self.next + count)
            self.next += count
        return [self.at(number) for number in numbers]

    def at(self, number):
        generation, place = divmod(number, len(self.lines))
        return renamed(self.lines[place], f"/{generation}") if generation else self.lines[place]


def renamed(value, suffix):
    """The same with every source of a later pass; corrections go on naming events of their own pass."""
    if isinstance(value, list):
        return [renamed(item, suffix) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: item + suffix if name == "source" and isinstance(item, str) else renamed(item, suffix)
        for name, item in value.items()}


class Account:
    """What was sent and what was acknowledged, for the check at the end."""

    def __init__(self):
        self.lock = threading.Lock()
        self.sent, self.acknowledged = set(), {}
        self.refused = self.broken = self.resent = self.flushed = self.unflushed = 0
        self.faults = []
        self.round = 0

    def send(self, names):
        with self.lock:
            self.sent.update(names)

    def acknowledge(self, names):
        with self.lock:
            for name in names:
                self.acknowledged.setdefault(name, self.round)

    def in_time(self):
        with self.lock:
            self.flushed += 1

    def late(self, text):
        with self.lock:
            self.unflushed += 1
        self.fault(text)

    def fault(self, text):
        with self.lock:
            self.faults.append(f"round {self.round}: {text}")


class Sender(threading.Thread):
    """Sends events one by one, as batches and as NDJSON, again where the answer was lost, and now and then again though
    it was acknowledged."""

    def __init__(self, port, token, organization, events, account, ledger, seed):
        super().__init__(daemon=True)
        self.port, self.organization, self.events, self.account = port, organization, events, account
        self.headers = {"Authorization": "Bearer " + token}
        self.chance = random.Random(seed)
        self.probe = FlushProbe(ledger)
        self.connection, self.is_stopping = None, threading.Event()

    def run(self):
        try:
            while not self.is_stopping.is_set():
                self.deliver(self.events.take(self.chance.choice([1, 1, 1, 1, 1, 2, 10, 60])))
                time.sleep(self.chance.uniform(0, 0.06))
        except Exception as error:  # A sender that ends in silence would pass for one that found nothing.
            self.account.fault(f"a sender ended: {error!r}")

    def deliver(self, events):
        names = [(self.organization, identity(event["source"], event["id"])) for event in events]
        self.account.send(names)
        is_first, before = True, self.probe.position_before()
        while True:
            answer = self.post(events)
            if answer is not None and answer["accepted"] + answer["duplicates"] == len(events):
                self.probe.acknowledged(before, names)
                break
            is_first = False
            # Given up now and then: whether it was stored stays open, and either is right.
            if self.is_stopping.is_set() or self.chance.random() < 0.02:
                return
            time.sleep(self.chance.uniform(0.01, 0.2))
        if is_first and answer["duplicates"]:
            self.account.fault(f"{answer['duplicates']} of {len(events)} events sent once were called duplicates")
        self.account.acknowledge(names)
        if self.chance.random() < 0.1:
            self.resend(events)

    def resend(self, events):
        answer = self.post(events)
        if answer is not None:
            with self.account.lock:
                self.account.resent += len(events)
            if answer["accepted"]:
                self.account.fault(f"{answer['accepted']} of {len(events)} acknowledged events were new when sent again")

    def post(self, events):
        """The receipt of a 202; None where there was no answer, or the service could not take them now."""
        if len(events) == 1:
            kind, body = "application/cloudevents+json", json.dumps(events[0])
        elif self.chance.random() < 0.5:
            kind, body = "application/cloudevents-batch+json", json.dumps(events)
        else:
            kind, body = "application/x-ndjson", "\n".join(json.dumps(event) for event in events)
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            self.connection.request("POST", "/v1/events", body.encode(), {**self.headers, "Content-Type": kind})
            response = self.connection.getresponse()
            text = response.read()
        except TimeoutError:
            self.connection = None
            self.account.fault(f"no answer to {len(events)} events within {PATIENCE} s")
            return None
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            with self.account.lock:
                self.account.broken += 1
            return None
        if response.status == 202:
            return json.loads(text)
        if response.status not in (429, 503):
            self.account.fault(f"expected 202, 429 or 503, got {response.status}: {text[:300]!r}")
        with self.account.lock:
            self.account.refused += 1
        return None
