#!/usr/bin/env python3
"""aiosmtpd as the mail server and Python's email package as the reader: what onus-notification really sends.

ONUS_SMTP_PORT is where the service under test expects its server, which has the certificate and key of
ONUS_SMTP_CERTIFICATE; it signs in as peers with ONUS_SMTP_PASSWORD. The service has the unsubscribe address
https://unsubscribe.example, which is really ONUS_NOTIFICATION. In turn the server offers no STARTTLS, knows no
password, defers, breaks off and refuses.
"""
import email
import email.policy
import os
import logging
import re
import ssl
import warnings

import psycopg
import requests
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from stack import OWNER, Organization, onus, until
from tally import check, finish

# aiosmtpd tells of connections that the other side, or this check, has cut.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", message="Session.login_data")
PORT = int(os.environ["ONUS_SMTP_PORT"])
CERTIFICATE = os.environ["ONUS_SMTP_CERTIFICATE"]
PASSWORD = os.environ["ONUS_SMTP_PASSWORD"]
UNSUBSCRIBE = "https://unsubscribe.example"
NOTIFICATION = os.environ["ONUS_NOTIFICATION"]
NAME = "Zoë “Zo” Müller-Ünal, jr."
# An identifier of 800 octets: a link that spelled it out would not fit a line of the header.
LONG = "𝔘" * 200


class Mail:
    def __init__(self, session, envelope):
        self.encrypted = session.ssl is not None
        self.signed_in = bool(session.authenticated)
        self.recipients = envelope.rcpt_tos
        self.raw = envelope.original_content
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)
        self.taken = True


class Server:
    """An aiosmtpd of one behaviour at a time; the mails of all of them, in order."""

    def __init__(self):
        # By recipient, what a mail is answered in place of being taken; None: the connection is cut.
        self.mails, self.commands, self.moods, self.controller = [], [], {}, None

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.commands.append("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        if address == "refused@example.com" and self.refuses:
            return "550 5.1.1 no such user"
        return "250-OK\r\n250 really"

    async def handle_DATA(self, server, session, envelope):
        mail = Mail(session, envelope)
        answer = self.moods.get(envelope.rcpt_tos[0], "250 2.0.0 taken")
        mail.taken = answer is not None and answer.startswith("250")
        self.mails.append(mail)
        if answer is None:
            server.transport.abort()
        return answer or "421 gone"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.commands.append("AUTH")
        good = self.knows and data.login == b"peers" and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False)

    def behave(self, tls=True, knows=True, refuses=True):
        if self.controller:
            self.controller.stop()
        self.knows, self.refuses = knows, refuses
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        handler = self

        class Behaving(Controller):
            def factory(self):
                return SMTP(handler, hostname="mail.example", authenticator=handler.authenticate, enable_SMTPUTF8=False,
                            auth_require_tls=True, auth_required=tls,
                            **({"tls_context": context, "require_starttls": True} if tls else {}))

        self.controller = Behaving(self, hostname="127.0.0.1", port=PORT)
        self.controller.start()

    def of(self, recipient):
        return [mail for mail in self.mails if mail.recipients == [recipient]]


server = Server()
server.behave(tls=False)
organization = Organization("peers-mail", {
    "h": {"email": "hr@example.com", "name": "Hanna"},
    "m": {"email": "zoe@example.com", "name": NAME},
    "p": {"manager": "m", "email": "p@example.com", "name": "Eve\r\nBcc: eve@example.com"},
    LONG: {"email": "long@example.com"},
    "q": {"manager": LONG, "email": "q@example.com"},
})
organization.contest()


def waiting():
    """The mails that are not out, once each of them has been tried."""
    mails = [line for line in organization.deliveries("pending") if " email " in line]
    return mails if len(mails) == 2 and not any(line.endswith("  -") for line in mails) else []


def at_once():
    """What waits is tried now, not after its backoff."""
    onus("deliveries", "park", "--all", organization=organization.name)
    onus("deliveries", "resume", "--all", organization=organization.name)


until(waiting)
check("without STARTTLS there is no mail", not server.mails and "MAIL" not in server.commands, server.commands)
check("and no password in the clear", "AUTH" not in server.commands, server.commands)

server.behave(knows=False)
at_once()
until(lambda: waiting() and all("535" in line for line in waiting()))
check("a password that is not known is no reason to give up",
      len(waiting()) == 2 and all("535" in line for line in waiting()) and not server.mails, waiting())

# The server stays in that mood until both were seen to wait: retries come when they come.
server.moods = {"zoe@example.com": "451 4.3.0 later", "hr@example.com": None}
server.behave()
at_once()


def put_off():
    """The mails that wait where the server deferred one and cut the other off: both have come that far."""
    tried = all(server.of(recipient) for recipient in server.moods)
    lines = waiting()
    return lines if tried and sum("451" in line for line in lines) == 1 else []


until(put_off)
check("one that is deferred and one that is cut off wait", put_off(), waiting())
server.moods = {}
until(lambda: len([line for line in organization.deliveries("sent") if " email " in line]) == 2, seconds=120)
check("both mails have arrived", server.of("zoe@example.com") and server.of("hr@example.com"), len(server.mails))
for recipient in ("zoe@example.com", "hr@example.com"):
    seen = server.of(recipient)
    check(f"to {recipient} every attempt is the same mail",
          len({mail.message["Message-ID"] for mail in seen}) == 1 and len({mail.message["Subject"] for mail in seen}) == 1,
          [mail.message["Message-ID"] for mail in seen])
    check(f"and the one that was taken to {recipient} is the last", [mail.taken for mail in seen].index(True)
          == len(seen) - 1 >= 1, [mail.taken for mail in seen])

for mail in server.mails:
    message, raw = mail.message, mail.raw
    check("it came over TLS, signed in", mail.encrypted and mail.signed_in)
    check("no defect", not message.defects and not any(part.defects for part in message.walk()), message.defects)
    for header in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted"):
        check(f"one {header}", len(message.get_all(header, [])) == 1, message.get_all(header))
    check("Auto-Submitted says so", message["Auto-Submitted"] == "auto-generated", message["Auto-Submitted"])
    check("nobody else is addressed", message["Bcc"] is None and message["Cc"] is None, message.keys())
    check("To is the envelope's", [a.addr_spec for a in message["To"].addresses] == mail.recipients, message["To"])
    check("plain text before HTML", message.get_content_type() == "multipart/alternative"
          and [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"])
    check("CRLF, ASCII and short lines", re.fullmatch(rb"(?:[\x20-\x7e\t]{0,998}\r\n)+", raw) is not None)
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    check("the text has a next step and a link", "Next step:" in text and "http" in text, text)
    check("the HTML loads nothing", not re.search(r"<(img|link|script|iframe)|url\(", html), html)
    way_out = message["List-Unsubscribe"] or ""
    check("one click is the way out", re.fullmatch(f"<{UNSUBSCRIBE}/[^>]+>", way_out)
          and message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", (mail.recipients, way_out, text))
zoe = server.of("zoe@example.com")[-1].message
check("a name of any letters reads back", zoe["To"].addresses[0].display_name == NAME, zoe["To"])
check("a line end in a name ends no line", "eve@example.com" in zoe["Subject"], zoe["Subject"])

way_out = zoe["List-Unsubscribe"].strip("<>").replace(UNSUBSCRIBE, NOTIFICATION)
check("showing the way out changes nothing", requests.get(way_out, timeout=30).status_code == 200)
answer = requests.post(way_out, data={"List-Unsubscribe": "One-Click"}, timeout=30)
check("one POST without cookies takes it", answer.status_code == 200, answer.status_code)
check("a changed one is not ours", requests.post(way_out[:-1] + "~", timeout=30).status_code == 404)
count = len(server.of("zoe@example.com"))
organization.contest()
until(lambda: len({m.message["Message-ID"] for m in server.of("hr@example.com")}) == 2)
check("then HR is written to, and Zoë is not",
      len({m.message["Message-ID"] for m in server.of("hr@example.com")}) == 2
      and len(server.of("zoe@example.com")) == count, len(server.mails))

organization.assign("h", {"email": "refused@example.com"})
organization.settle()
organization.contest()
parked = until(lambda: organization.deliveries("parked"))
check("an address that is refused for good is parked, with the server's code",
      parked and "550 5.1.1" in parked[0] and "no such user" not in parked[0], parked)
server.refuses = False
check("an operator resumes it", onus("deliveries", "resume", "--all", organization=organization.name) == "1")
check("and it arrives", until(lambda: server.of("refused@example.com")), len(server.mails))

organization.contest(LONG, "q")
long = until(lambda: server.of("long@example.com"))
check("one with a long identifier is written to", len(long) == 1, len(server.mails))
way_out = (long[0].message["List-Unsubscribe"] or "").strip("<>").replace(UNSUBSCRIBE, NOTIFICATION)
check("and has a way out in one click", requests.post(way_out, timeout=30).status_code == 200, long[0].raw)
with psycopg.connect(OWNER) as connection:
    theirs = connection.execute(
        "SELECT person FROM notice.preference WHERE NOT email AND organization_id = %s",
        (organization.number,)).fetchall()
check("that is theirs", sorted(theirs) == sorted([("m",), (LONG,)]), theirs)
server.controller.stop()
finish()
