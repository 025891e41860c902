#!/usr/bin/env python3
"""TinCan for Python as the LMS, in every version that it speaks; then what it has sent of personal learning is searched for
in every table that anybody else can read, and what a mapping ties to the job is found in the log."""
import datetime
import email
import email.utils
import json
import os
import subprocess
import tempfile
import uuid

import psycopg
import requests
from psycopg import sql
from stack import until
from tally import check, finish
from tincan import (
    ActivityDefinition, Activity, Agent, AgentAccount, Context, LanguageMap, RemoteLRS, Result, Score, Statement,
    StatementRef, Verb)
from tincan.version import Version

BIN = os.environ["ONUS_BIN"]
OWNER = os.environ["ONUS_OWNER_URL"]
URL = os.environ["ONUS_BASE"] + "/xapi/"
ROLES = ["onus_ingestion", "onus_scoring", "onus_notification", "onus_console"]
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
GAP = "https://onus.example/gap"


def onus(*words, organization=None):
    command = [os.path.join(BIN, "onus"), *words, "--database-url", OWNER]
    if organization:
        command += ["--organization", organization]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=360).stdout.strip()


class LMS:
    """A token of an organisation, as an LMS holds it: known by its name and the secret, by Basic."""

    def __init__(self, organization, name="lms", role="lms"):
        self.name = name
        self.token = onus("token", "create", "--name", name, "--role", role, organization=organization)

    def speaking(self, version):
        return RemoteLRS(version=version, endpoint=URL, username=self.name, password=self.token)


def agent(name):
    return Agent(name="Somebody", account=AgentAccount(home_page="https://lms.example", name=name))


def statement(name="ann", activity="https://lms.example/course/1", verb=COMPLETED, **more):
    return Statement(
        actor=agent(name), verb=Verb(id=verb, display=LanguageMap({"en-US": "did"})),
        object=Activity(id=activity, definition=ActivityDefinition(
            name=LanguageMap({"en-US": "Knots", "de": "Knoten"}), description=LanguageMap({"en-US": "How to tie them"}))),
        **more)


def void(target):
    return Statement(
        actor=agent("lms"), verb=Verb(id=VOIDED, display=LanguageMap({"en-US": "voided"})), object=StatementRef(id=target))


def conversation(lms, version):
    """What an LMS says and asks, in one version."""
    lrs = lms.speaking(version)

    def ok(title, good, seen=""):
        check(f"{version}: {title}", good, seen)

    about = lrs.about()
    ok("about", about.success and version in about.content.version, about.data)
    one = statement(id=str(uuid.uuid4()), result=Result(
        score=Score(scaled=0.9, raw=9, min=0, max=10), success=True, completion=True, duration=datetime.timedelta(hours=1)))
    answer = lrs.save_statement(one)
    ok("PUT is 204", answer.response.status == 204, answer.data)
    ok("the answer echoes the version", answer.response.getheader("X-Experience-API-Version") == version)
    ok("and says how far it is consistent", answer.response.getheader("X-Experience-API-Consistent-Through"))
    ok("PUT again is 204", lrs.save_statement(one).response.status == 204)
    answer = lrs.save_statement(statement("other", id=one.id))
    ok("a different one is 409", answer.response.status == 409, answer.data)
    back = lrs.retrieve_statement(one.id)
    ok("GET gives it back", back.success and back.content.actor.account.name == "ann", back.data)
    ok("with stored, authority and timestamp",
       back.success and back.content.stored and back.content.authority and back.content.timestamp, back.data)
    ok("what is read back is the same statement", lrs.save_statement(back.content).success)
    posted = statement("bob")
    answer = lrs.save_statement(posted)
    ok("POST gives an id", answer.success and posted.id is not None, answer.data)
    person = "p" + uuid.uuid4().hex
    registration = str(uuid.uuid4())
    course = "https://lms.example/" + uuid.uuid4().hex
    batch = [statement(person, activity=course, context=Context(registration=registration)) for _ in range(5)]
    answer = lrs.save_statements(batch)
    ids = [str(each.id) for each in batch]
    ok("a batch gives ids in order", answer.success and json.loads(answer.data) == ids, answer.data)
    answer = lrs.save_statements([statement(person), statement("other", id=one.id)])
    ok("a batch with a conflict is 409", answer.response.status == 409, answer.data)
    for title, query in [
        ("agent", {"agent": agent(person)}), ("activity", {"activity": Activity(id=course)}),
        ("registration", {"registration": registration}),
        ("agent, verb and since", {
            "agent": agent(person), "verb": Verb(id=COMPLETED),
            "since": datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)}),
        ("related activity", {"activity": Activity(id=course), "related_activities": True}),
    ]:
        answer = lrs.query_statements({**query, "ascending": True})
        found = [str(each.id) for each in answer.content.statements] if answer.success else []
        ok(f"a list by {title}; nothing of the refused batch", found == ids, answer.data)
    answer = lrs.query_statements({"agent": agent(person), "limit": 2})
    pages = [str(each.id) for each in answer.content.statements]
    while answer.success and answer.content.more:
        answer = lrs.more_statements(answer.content)
        pages += [str(each.id) for each in answer.content.statements]
    ok("more leads through all, newest first", pages == ids[::-1], pages)
    answer = lrs.query_statements({"agent": agent(person), "format": "ids", "limit": 1})
    ok("format ids", answer.success and not answer.content.statements[0].verb.display, answer.data)
    answer = lrs.save_statement(void(ids[0]))
    ok("voiding", answer.success, answer.data)
    ok("a voided one is not found", lrs.retrieve_statement(ids[0]).response.status == 404)
    ok("but as a voided one", lrs.retrieve_voided_statement(ids[0]).success)
    answer = lrs.retrieve_state_ids(Activity(id=course), agent(person))
    ok("states are 501", answer.response.status == 501, answer.data)


def protocol(lms):
    """What TinCan does not do."""
    auth = (lms.name, lms.token)
    for version, status in [(None, 400), ("0.95", 400), ("1.0.9", 200), ("2.0.0", 200)]:
        headers = {"X-Experience-API-Version": version} if version else {}
        answer = requests.get(URL + "statements", auth=auth, headers=headers, timeout=30)
        check(f"version {version} is {status}", answer.status_code == status, answer.text)
        check(f"version {version}: the answer names one", "X-Experience-API-Version" in answer.headers)
    headers = {"X-Experience-API-Version": "2.0.0"}
    check("about is open", requests.get(URL + "about", timeout=30).status_code == 200)
    check("statements are not", requests.get(URL + "statements", headers=headers, timeout=30).status_code == 401)
    answer = requests.post(URL + "statements", auth=auth, headers=headers, timeout=30, json={"actor": {}})
    check("a fault is named by its place", answer.status_code == 400 and answer.json()["pointer"] == "/actor", answer.text)


def second(lms):
    """What 2.0 says otherwise than 1.0, and what 1.0 alone says, by requests of our own: TinCan speaks 1.0, without forms."""
    auth = (lms.name, lms.token)

    def ask(method, version="2.0.0", path="statements", **more):
        return requests.request(
            method, URL + path, auth=auth, headers={"X-Experience-API-Version": version}, timeout=30, **more)

    mentor = {"mbox": f"mailto:{uuid.uuid4().hex}@lms.example"}
    identity = str(uuid.uuid4())
    sent = {
        "actor": {"account": {"homePage": "https://lms.example", "name": "ann"}}, "verb": {"id": COMPLETED},
        "object": {"id": "https://lms.example/course/2"}, "timestamp": "2026-03-31T12:00:00.5-05:00",
        "context": {"contextAgents": [
            {"objectType": "contextAgent", "agent": mentor, "relevantTypes": ["https://lms.example/mentor"]}]},
        "attachments": [{
            "usageType": "https://lms.example/certificate", "display": {"en": "Certificate"}, "length": 5,
            "contentType": "application/pdf", "sha2": "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
            "fileUrl": "https://lms.example/certificate.pdf"}],
    }
    one = {"statementId": identity}
    check("2.0: people of the context are none of 1.0's", ask("PUT", "1.0.3", params=one, json=sent).status_code == 400)
    answer = ask("PUT", params=one, json=sent)
    check("2.0: and are 2.0's", answer.status_code == 204, answer.text)
    check("2.0: the answer echoes the version", answer.headers.get("X-Experience-API-Version") == "2.0.0")
    answer = ask("GET", params=one)
    back = answer.json()
    check("2.0: times come in UTC, with milliseconds", back.get("timestamp") == "2026-03-31T17:00:00.500Z", answer.text)
    check("2.0: attachments with an address are kept", back.get("attachments") == sent["attachments"], answer.text)
    modified = email.utils.parsedate_to_datetime(answer.headers.get("Last-Modified"))
    stored = datetime.datetime.fromisoformat(back["stored"].replace("Z", "+00:00"))
    check("2.0: Last-Modified is when it was stored", modified == stored.replace(microsecond=0), answer.headers)
    check("2.0: what is read back is the same statement", ask("PUT", params=one, json=back).status_code == 204)
    answer = ask("HEAD", params=one)
    check("2.0: HEAD says the same without a body", answer.status_code == 200 and "Last-Modified" in answer.headers and not answer.content)
    answer = ask("GET", params={"agent": json.dumps(mentor), "related_agents": "true"})
    check("2.0: a list by a person of the context", [each["id"] for each in answer.json()["statements"]] == [identity], answer.text)
    answer = ask("GET", params={**one, "attachments": "true"})
    message = email.message_from_bytes(b"Content-Type: " + answer.headers["Content-Type"].encode() + b"\r\n\r\n" + answer.content)
    parts = message.get_payload()
    check("2.0: with attachments it comes in parts", len(parts) == 1 and json.loads(parts[0].get_payload())["id"] == identity)
    answer = requests.post(
        URL + "statements", auth=auth, timeout=30, data=b"--x\r\n\r\n--x--",
        headers={"X-Experience-API-Version": "2.0.0", "Content-Type": "multipart/mixed; boundary=x"})
    check("2.0: contents of attachments are 415", answer.status_code == 415 and answer.json()["detail"], answer.text)
    answer = ask("POST", json=[{**sent, "context": {"contextAgents": [{"agent": mentor}]}}])
    check("2.0: a fault is named by its place", answer.json().get("pointer") == "/0/context/contextAgents/0/objectType", answer.text)
    for parameters in [{"Limit": "1"}, {"limit": "1", "what": "x"}, {"statementId": identity, "limit": "1"}]:
        check(f"2.0: {parameters} is 400", ask("GET", params=parameters).status_code == 400)

    def consistent():
        through = ask("GET").headers["X-Experience-API-Consistent-Through"]
        return datetime.datetime.fromisoformat(through.replace("Z", "+00:00"))

    until(lambda: consistent() > stored, 10)
    through = consistent()
    with psycopg.connect(OWNER) as connection:
        now = connection.execute("SELECT clock_timestamp()").fetchone()[0]
    check("lists are consistent through a moment of the database's clock", stored < through <= now, through)

    form = {"Authorization": requests.auth._basic_auth_str(*auth), "X-Experience-API-Version": "1.0.3"}
    other = {key: value for key, value in sent.items() if key in ("actor", "verb", "object")}
    target = str(uuid.uuid4())
    for method, members, status in [
        ("PUT", {"statementId": target, "content": json.dumps(other)}, 204), ("GET", {"statementId": target}, 200),
        ("POST", {"content": json.dumps([other])}, 200), ("PUT", {"statementId": target}, 400),
        ("GET", {"statementId": target, "X-Experience-API-Version": "2.0.0"}, 400),
    ]:
        answer = requests.post(URL + "statements", params={"method": method}, data={**form, **members}, timeout=30)
        check(f"the form of a {method} is {status}", answer.status_code == status, answer.text)
    answer = requests.post(URL + "statements", params={"method": "GET"}, data={}, timeout=30)
    check("a form without a token is 401", answer.status_code == 401, answer.text)


def wall(organization, number, lms):
    """Personal learning is where its learner and what brought it can read it, and nowhere else."""
    marker = "m" + uuid.uuid4().hex
    lrs = lms.speaking("1.0.3")
    saved = lrs.save_statement(Statement(
        id=str(uuid.uuid4()), actor=agent(marker), verb=Verb(id="https://lms.example/verbs/" + marker),
        object=Activity(id="https://lms.example/" + marker, definition=ActivityDefinition(
            name=LanguageMap({"en": marker}), description=LanguageMap({"en": marker}))),
        result=Result(response=marker)))
    check("personal learning is taken", saved.success, saved.data)
    refused = requests.post(
        URL + "statements", auth=(lms.name, lms.token), headers={"X-Experience-API-Version": "1.0.3"}, timeout=30,
        json={"actor": {"mbox": marker}, "verb": {"id": marker}, "object": {"id": marker}})
    check("what is refused is 400", refused.status_code == 400, refused.text)
    onus("status", "--wait", "300")
    holding, searched = {}, 0
    with psycopg.connect(OWNER) as connection:
        tables = connection.execute(
            """
            SELECT c.oid, n.nspname, c.relname, array(
                SELECT r FROM unnest(%s::text[]) AS r
                WHERE has_schema_privilege(r, n.oid, 'USAGE') AND has_any_column_privilege(r, c.oid, 'SELECT'))
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            """, (ROLES,)).fetchall()
        for _, schema, table, readers in tables:
            name = sql.Identifier(schema, table)
            query = sql.SQL("SELECT count(*) FROM {} AS t WHERE strpos(t::text, %s) > 0").format(name)
            searched += 1
            if connection.execute(query, (marker,)).fetchone()[0]:
                holding[f"{schema}.{table}"] = readers
        expected = {"learner.learning": ["onus_console"], "learner.statement": []}
        check(f"of {searched} tables only those behind the wall hold it", searched > 20 and holding == expected, holding)
        for person, count in [(marker, 1), ("boss", 0)]:
            connection.execute(
                "SELECT set_config('onus.organization_id', %s, true), set_config('onus.person', %s, true)",
                (str(number), person))
            connection.execute("SET LOCAL ROLE onus_console")
            found = connection.execute("SELECT count(*) FROM learner.learning WHERE title = %s", (marker,)).fetchone()[0]
            check(f"the console shows it to {'its learner' if count else 'nobody else'}", found == count, found)
            connection.rollback()
    for other in [LMS(organization, "other"), LMS(organization, "boss", "admin")]:
        answer = other.speaking("1.0.3").query_statements({"agent": agent(marker)})
        check(f"the token {other.name} does not read it back", answer.success and not answer.content.statements, answer.data)
    same = LMS(organization, lms.name).speaking("1.0.3").query_statements({"agent": agent(marker)})
    check("a new token of the same name does", same.success and len(same.content.statements) == 1, same.data)


def job(organization, number, lms):
    """What the mapping ties to the job becomes an event, once, and is taken back when it is voided."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"rules": [{"activity": "https://lms.example/", "programme": {"constant": "knots"}, "gap": {"extension": GAP}}]}, file)
        file.flush()
        onus("xapi", "map", file.name, organization=organization)
    lrs = lms.speaking("1.0.3")

    def send(verb):
        each = statement(verb=verb, id=str(uuid.uuid4()), context=Context(extensions={GAP: "g1"}))
        # The mapping counts within a second.
        check(f"{verb.rsplit('/')[-1]} is taken", lrs.save_statement(each).success and lrs.save_statement(each).success)
        return str(each.id)

    def logged():
        with psycopg.connect(OWNER) as connection:
            rows = connection.execute(
                "SELECT data FROM log.event WHERE organization_id = %s ORDER BY seq", (number,)).fetchall()
        return [json.loads(data) for data, in rows]

    send("https://w3id.org/xapi/adl/verbs/waived")
    check("a waiver is no completion", logged() == [], logged())
    done = send(COMPLETED)
    check("a completion is one event", logged() == [{"person": "ann", "programme": "knots", "gap": "g1"}], logged())
    check("it is voided", lrs.save_statement(void(done)).success)
    check("and retracted", logged()[-1].get("event") == {"source": "/xapi", "id": done}, logged())


organization_name = "xapi-" + uuid.uuid4().hex[:12]
organization_number = int(onus("organization", "create", organization_name))
client = LMS(organization_name)
for spoken in Version.supported:
    conversation(client, spoken)
protocol(client)
second(client)
wall(organization_name, organization_number, client)
job_name = "xapi-" + uuid.uuid4().hex[:12]
job_number = int(onus("organization", "create", job_name))
job(job_name, job_number, LMS(job_name))
finish()
