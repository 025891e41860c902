"""The events of the bench: coaching interactions of the catalogue, 619 bytes each, the same bytes for Onus and its peers."""
import hashlib
import itertools
import json
import os

SIZE = 619
SOURCE = "/bench/calls"
TYPE = "onus.coaching.held"
TYPE_CODE = 10
TIME = "2025-11-23T16:20:31.123456Z"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
# Ids of one length (32 hexadecimal digits) in no order: a salt of this run, then a counter, hashed.
_SALT, _COUNT = os.urandom(8), itertools.count()


def new_id():
    return hashlib.blake2b(_SALT + os.getpid().to_bytes(4, "big") + next(_COUNT).to_bytes(8, "big"), digest_size=16).hexdigest()


def data(number):
    return {
        "person": f"employee-{number % 50000:08d}", "coach": f"manager-{number % 7000:06d}",
        "context": {"kind": "call", "ref": f"call-{number % 100000:08d}"}, "observed": True, "minutes": 25,
        "goal": "Ask about the customer's own figures before showing ours",
        "evidence": ["recording", "scorecard"], "rating": number % 5 + 1,
    }


def _compact(value):
    return json.dumps(value, separators=(",", ":"))


def _padded(number):
    """Head and tail of an event around its id, of SIZE bytes together with it."""
    members = data(number)
    members["comment"] = ""

    def parts():
        head = f'{{"specversion":"1.0","id":"'
        tail = (f'","source":"{SOURCE}","type":"{TYPE}","subject":"{members["person"]}","time":"{TIME}",'
                f'"datacontenttype":"application/json","traceparent":"{TRACE}","data":{_compact(members)}}}')
        return head, tail

    head, tail = parts()
    missing = SIZE - len(head) - 32 - len(tail)
    words = "Agreed in the weekly conversation; follow-up in two weeks with the next recording. " * 4
    members["comment"] = words[:missing]
    return parts()


PARTS = [_padded(number) for number in range(10_000)]


def event(number):
    """An id and the event with it, in structured form."""
    head, tail = PARTS[number % len(PARTS)]
    ident = new_id()
    return ident, head + ident + tail


def bodies(count):
    return [event(number)[1] for number in range(count)]


def log_row(number):
    """What the log's columns hold of an event, as a line of COPY's text form."""
    ident = new_id()
    identity = hashlib.sha256(SOURCE.encode() + b"\0" + ident.encode()).hexdigest()[:32]
    kept = json.loads(PARTS[number % len(PARTS)][1].split('"data":', 1)[1][:-1])
    return "\t".join((
        "1", "1", identity, str(TYPE_CODE), SOURCE, ident, TIME, kept["person"], _compact(kept).replace("\\", "\\\\"),
        _compact({"traceparent": TRACE}))) + "\n"


LOG_COLUMNS = "organization_id, era, identity, type, source, id, time, subject, data, attributes"
