#!/usr/bin/env python3
"""The Standard Webhooks library for Python as the receiver: what onus-notification sends must verify, and it must do as
the receiver asks."""
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError
from stack import Organization, onus, until
from tally import check, finish

calls, answers = {}, {}


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        seen = calls.setdefault(self.path, [])
        seen.append((dict(self.headers), body))
        left = answers.get(self.path) or [(204, {})]
        status, headers = left[0] if len(left) == 1 else left.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
organization = Organization("peers-webhooks", {"h": {}, "m": {}, "p": {"manager": "m"}})


def register(path, *kinds):
    words = [word for kind in kinds for word in ("--kind", kind)]
    return onus("webhook", "create", "--url", f"http://127.0.0.1:{server.server_port}{path}", *words,
                organization=organization.name)


def number(path):
    """The webhook's number, as listed."""
    return next(line.split()[0] for line in onus("webhook", "list", organization=organization.name).splitlines()
                if line.split()[1].endswith(path))


def verifies(secret, call):
    headers, body = call
    try:
        return Webhook(secret).verify(body.decode(), {name.lower(): value for name, value in headers.items()})
    except WebhookVerificationError:
        return None


def header(call, name):
    return {key.lower(): value for key, value in call[0].items()}.get(name)


def arrived(path, count):
    return until(lambda: len(calls.get(path, [])) >= count and calls[path])


answers["/retry"] = [(503, {"Retry-After": "1"}), (503, {}), (200, {})]
answers["/moved"] = [(302, {"Location": "/elsewhere"})]
answers["/gone"] = [(410, {})]
secret = register("/calls", "evidence_contested")
retried = register("/retry", "evidence_contested")
moved, gone = register("/moved", "evidence_contested"), register("/gone", "evidence_contested")
register("/others", "gap_climbed")
check("the secret is one of Standard Webhooks", secret.startswith("whsec_"), secret[:6])
organization.contest()

both = arrived("/calls", 2) or []
check("a notice to each of two people is two calls", len(both) == 2, len(both))
for call in both:
    check("the library verifies the call", verifies(secret, call))
    check("with no other secret", verifies(retried, call) is None)
    tampered = (call[0], call[1].replace(b"evidence", b"Evidence"))
    check("and no changed body", verifies(secret, tampered) is None)
    check("the id has no full stop", "." not in (header(call, "webhook-id") or "."), call[0])
    check("JSON is said to be JSON", (header(call, "content-type") or "").startswith("application/json"), call[0])
payloads = [verifies(secret, call) or {} for call in both]
check("each says its type and time", all(p.get("type") == "onus.notice.evidence_contested" and p.get("timestamp")
                                         for p in payloads), payloads)
data = [p.get("data", {}) for p in payloads]
check("they are for the manager and for HR", {d.get("recipient") for d in data} == {"m", "h"}, data)
check("each has reason, next step, evidence and a link", all(
    d.get("reason") and d.get("nextStep") and d.get("evidence") and d.get("link", "").startswith("http") for d in data),
    data)

tries = arrived("/retry", 4) or []
groups = {}
for call in tries:
    groups.setdefault(header(call, "webhook-id"), []).append(call)
check("what was answered 503 is sent again", any(len(group) > 1 for group in groups.values()), len(tries))
for group in groups.values():
    check("every attempt has the same body", len({body for _, body in group}) == 1)
    check("and verifies", all(verifies(retried, call) for call in group))
check("two notices, two identities", len(groups) == 2, list(groups))


def left_alone():
    """The deliveries to an address that answered 410, by that or because it is switched off since."""
    return [line for line in organization.deliveries("parked") if "410" in line or "switched off" in line]


# The second may have been on its way when the first was answered.
until(lambda: len(left_alone()) == 2)
listed = [line for line in onus("webhook", "list", organization=organization.name).splitlines() if "/gone" in line]
check("410 switches the webhook off", listed and listed[0].split()[3] != "-", listed)
before = len(calls.get("/gone", []))
check("a redirect is not followed", "/elsewhere" not in calls, list(calls))
check("a kind that nobody asked for is not sent", "/others" not in calls, list(calls))

fresh = onus("webhook", "rotate", "--id", number("/calls"), organization=organization.name)
organization.contest()
after = (arrived("/calls", 4) or [])[2:]
check("after a rotation calls go on", len(after) == 2, len(after))
for call in after:
    check("the new secret verifies", verifies(fresh, call))
    check("and the old one still does", verifies(secret, call))
check("who answered 410 is left alone", len(calls.get("/gone", [])) == before, len(calls.get("/gone", [])))
identities = [header(call, "webhook-id") for call in calls["/calls"]]
check("nothing that was taken is sent twice", len(set(identities)) == len(identities) == 4, identities)
server.shutdown()
finish()
