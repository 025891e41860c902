"""Random organisations for scoring_check.py, made to reach the edges of docs/events.md: ties of every kind, days at both
ends of windows and around a leap day, corrections of corrections, moves through leavers and cycles, numbers and texts
written in every way that JSON has."""
import datetime
import json
import random

MICROSECONDS_A_DAY = 86_400_000_000
LONG = "𝔘" * 200
# Equal to the eye or by Unicode's rules, not byte for byte.
PEOPLE = ["ada", "Ada", " ada", "é", "e\u0301", "K", "\u212a", "a/b", 'q"\\uote', "line\nbreak", "\u0001", "😀", "0", "null",
          LONG, LONG[:-1] + "x", "\ufeff", "\u2028"]
# In UTF-8 U+FFFD comes before U+10000, in UTF-16 after it.
SOURCES = ["/x", "/X", "/\ufffd", "/\U00010000", "/x/", "s" * 1000]
GAPS = ["g", "G", "g ", "ǵ", "g\u0301", "g2", "g3", "g4", "g5", "g6", LONG, "\U0001f573"]
ROLES = ["r", "R", "rôle", LONG]
PROGRAMMES = ["p", "P", "p\u0301", LONG]
LEVELS = ["0", "-0", "-0.0", "1.5", "2.9999999999999996", "2.9999999999999999", "3", "3.0", "3e0", "30E-1", "0.3e+1", "4",
          "0.4E1", "4.000", "2.9", "1e-320", "1e-400"]
VALUES = ["0", "-0", "0.1", "1e-1", "0.1000000000000000055511151231257827", "0.30000000000000004", "0.3", "0.4", "0.7", "1",
          "1.0", "10", "1e1", "12.5", "-1", "1e15", "123456789012345678901234567890", "1e300", "-1e300", "5e-324",
          "9007199254740993", "0.39999999999999997"]
METRICS = [("0", "1"), ("0.1", "0.7"), ("0.7", "0.1"), ("-1", "1"), ("0", "1e300"), ("5e-324", "1"), ("10", "-2"),
           ("0.3", "0.30000000000000004"), ("1e15", "1000000000000001"), ("0", "3"), ("1", "8")]
CAUSES = ["knowledge", "skill", "will", "process", "tools", "role_fit", "leadership", "unknown"]


class Number(str):
    """A JSON number as it is to be written."""


class Organisation:
    """- last: the last day that matters, an ordinal; events lie on both sides of it."""

    def __init__(self, seed, last, count=600):
        self.random = random.Random(seed)
        self.last = last
        self.people = self.random.sample(PEOPLE, 9)
        self.sources = self.random.sample(SOURCES, 3)
        self.gaps = list(GAPS)
        self.roles = self.random.sample(ROLES, 2)
        self.programmes = self.random.sample(PROGRAMMES, 2)
        # Who mostly is whose, what and for whom: by chance alone nobody would have trials enough, or credit.
        self.boss = {p: self.people[(index - 1) // 3] if index else None for index, p in enumerate(self.people)}
        self.role = {p: self.pick(self.roles) for p in self.people}
        self.owner = {g: self.pick(self.people) for g in self.gaps}
        self.count = 0
        self.events = []
        for p in self.people:
            if self.chance(0.9):
                self.add(last - 400, "person.updated", self.assignment(p, last - self.random.randint(0, 500)))
        for r in self.roles:
            self.add(last - 400, "role.defined", self.definition(r))
        while len(self.events) < count:
            self.add_one()
        for number in range(12):
            self.pick([self.gap_story, self.gap_story, self.cover_story, self.request_story, self.programme_story])(
                f"story {number}", f"gap of {number}")
        for _ in range(20):
            self.rival()
        self.random.shuffle(self.events)

    def chance(self, share):
        return self.random.random() < share

    def pick(self, values):
        return self.random.choice(values)

    def day(self):
        """Mostly of the last months; often exactly as far back as a rule of the model looks."""
        edges = [0, 1, 12, 13, 14, 15, 27, 28, 29, 30, 31, 88, 89, 90, 91, 103, 104, 119, 120, 121, 178, 179, 180, 269, 270]
        draw = self.random.random()
        if draw < 0.35:
            return self.last - self.pick(edges)
        return self.last - (self.random.randint(-12, 100) if draw < 0.85 else self.random.randint(0, 420))

    def manager(self, p):
        return self.boss[p] if self.boss[p] and self.chance(0.85) else self.pick(self.people)

    def gap_of(self, p):
        return self.pick([g for g in self.gaps if self.owner[g] == p] or self.gaps) if self.chance(0.8) else self.pick(self.gaps)

    def date(self, day):
        return datetime.date.fromordinal(day).isoformat()

    def time(self, day):
        """The same few instants of a day, often the first or the last, each written in many ways."""
        of_day = self.pick([0, 1, 999, 43_200_000_000, MICROSECONDS_A_DAY - 1, self.random.randrange(MICROSECONDS_A_DAY)])
        offset = self.pick([0, 0, 0, 14 * 60, -12 * 60, 330, -1, 23 * 60 + 59, -(23 * 60 + 59)])
        local = datetime.datetime.fromordinal(day) + datetime.timedelta(microseconds=of_day, minutes=offset)
        text = local.strftime("%Y-%m-%d") + self.pick("TTTt") + local.strftime("%H:%M:%S")
        text = text.rjust(len("0001-01-01T00:00:00"), "0")
        digits = f"{local.microsecond:06d}"
        if local.microsecond or self.chance(0.3):
            # What is finer than a microsecond is cut, never rounded.
            text += "." + digits + self.pick(["", "", "0", "9", "999999999"])
        if offset == 0:
            return text + self.pick(["Z", "Z", "z", "+00:00", "-00:00"])
        return text + f"{'+' if offset > 0 else '-'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"

    def add(self, day, kind, data):
        self.count += 1
        ids = [f"{self.count}", f"{self.count}", f"e\u0301{self.count}", f"é{self.count}", f"{self.count}" + "i" * 900]
        event = {"specversion": "1.0", "type": "onus." + kind, "source": self.pick(self.sources), "id": self.pick(ids),
                 "time": self.time(day), "data": data}
        if self.chance(0.1):
            named = [data[name] for name in ("person", "gap", "role") if data.get(name) is not None]
            event["subject"] = self.pick(named) if named else "anything"
        if self.chance(0.3):
            event["datacontenttype"] = self.pick(["application/json", None])
        if self.chance(0.1):
            # Kept, and ignored.
            data["unknown"] = {"gap": "g", "nested": [None, {"person": "p", "level": Number("4e0")}], "é": True}
        if self.chance(0.1):
            data.update({"notes": "nobody's business", "sentiment": {"level": 1}})
        self.events.append(event)

    def add_one(self):
        kinds = [
            (26, self.coaching), (5, self.outside), (5, self.move), (2, self.defined), (4, self.absence), (7, self.acknowledge),
            (8, self.identify), (8, self.act), (3, self.close), (10, self.observe), (9, self.measure), (6, self.request),
            (8, self.complete), (1, self.converse), (1, self.feedback), (1, self.learn), (4, self.retract), (4, self.contest),
            (6, self.resolve)]
        self.random.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]()

    def optional(self, data, **members):
        """Each given, null or left out."""
        for name, value in members.items():
            draw = self.random.random()
            if draw < 0.7:
                data[name] = value
            elif draw < 0.8:
                data[name] = None
        return data

    def assignment(self, p, effective):
        data = {"person": p, "effectiveFrom": self.date(effective), "active": self.chance(0.85)}
        if self.chance(0.9):
            data["manager"] = self.manager(p)
        if self.chance(0.85):
            data["role"] = self.role[p] if self.chance(0.8) else self.pick(self.roles)
        return self.optional(data, name="", email="a@b.example", timeZone="Europe/Berlin", locale="de", unit="u")

    def move(self):
        p, day = self.pick(self.people), self.day()
        effective = self.pick([day, self.day(), self.day(), self.last + 1, self.last, self.last - 13, self.last - 12, 1])
        self.add(day, "person.updated", self.assignment(p, effective))

    def definition(self, r):
        expectation = self.optional({"id": "x", "statement": ""}, measure="m")
        effective = self.pick([self.last - 390, self.last - 390, self.day(), self.day(), self.last + 1, self.last, 1])
        return self.optional(
            {"role": r, "effectiveFrom": self.date(effective),
             "expectations": [expectation] * self.pick([0, 1, 1, 1, 3])}, title="t", definedBy=self.pick(self.people))

    def defined(self):
        self.add(self.day(), "role.defined", self.definition(self.pick(self.roles)))

    def absence(self):
        first = self.day()
        length = self.pick([0, 1, 5, 13, 14, 30, 200, 730])
        self.add(self.day(), "absence.recorded", self.optional(
            {"person": self.pick(self.people), "from": self.date(first), "to": self.date(first + length)}, kind="parental"))

    def acknowledge(self):
        p = self.pick(self.people)
        self.add(self.day(), "expectation.acknowledged", {
            "person": p, "role": self.role[p] if self.chance(0.8) else self.pick(self.roles)})

    def coaching(self):
        p = self.pick(self.people)
        data = {"person": p, "coach": self.manager(p), "provider": self.pick([None, None]) if self.chance(0.2) else None}
        if data["provider"] is None and self.chance(0.7):
            del data["provider"]
        self.add(self.day(), "coaching.held", self.optional(
            data, context=self.optional({"kind": self.pick(["customer_meeting", "call", "one_on_one", "other"])}, ref="r"),
            observed=self.chance(0.7), gap=self.gap_of(p), minutes=Number(self.pick(["30", "-1", "1e2", "0.5"])),
            follows={"source": "/x", "id": "1"}))

    def outside(self):
        self.add(self.day(), "coaching.held", self.optional(
            {"person": self.pick(self.people), "provider": self.optional({"kind": self.pick(["external", "tool"])}, name="n")},
            coach=None, observed=True, gap=self.pick(self.gaps)))

    def identify(self):
        baseline, target = self.pick(METRICS)
        metric = self.optional({"name": "m", "baseline": Number(baseline), "target": Number(target)}, unit="u")
        g = self.pick(self.gaps)
        self.add(self.day(), "gap.identified", self.optional(
            {"gap": g, "person": self.owner[g] if self.chance(0.85) else self.pick(self.people), "cause": self.pick(CAUSES + CAUSES[:2] * 4)},
            metric=metric, expectation="x", identifiedBy=self.pick(self.people), summary="s"))

    def act(self):
        g = self.pick(self.gaps)
        self.add(self.day(), "gap.action", self.optional(
            {"gap": g, "by": self.manager(self.owner[g]), "kind": self.pick(["coaching", "training", "role_change"]),
             "stage": self.pick(["taken", "taken", "taken", "planned"])}, note="n"))

    def close(self):
        self.add(self.day(), "gap.closed", self.optional(
            {"gap": self.pick(self.gaps), "outcome": self.pick(["closed", "closed", "role_changed", "withdrawn"])},
            by=self.pick(self.people)))

    def observe(self):
        self.add(self.day(), "behaviour.observed", self.optional(
            {"gap": self.pick(self.gaps), "observer": self.pick(self.people), "level": Number(self.pick(LEVELS))},
            context=self.pick(["a meeting", {"kind": "whatever"}])))

    def measure(self):
        self.add(self.day(), "outcome.measured", self.optional(
            {"gap": self.pick(self.gaps), "value": Number(self.pick(VALUES))}, measuredBy=self.pick(self.people)))

    def request(self):
        p = self.pick(self.people)
        self.add(self.day(), "training.requested", self.optional(
            {"request": "q", "requestedBy": self.manager(p), **{"for": self.random.sample(self.people, 2)}},
            gap=self.gap_of(p) if self.chance(0.9) else "unheard-of", programme=self.pick(self.programmes), reason="r"))

    def complete(self):
        p = self.pick(self.people)
        self.add(self.day(), "training.completed", self.optional(
            {"person": p, "programme": self.pick(self.programmes)},
            gap=self.gap_of(p) if self.chance(0.9) else "unheard-of", assignedBy=self.pick(self.people), expectation=self.pick(["x", "y"])))

    # Stories of persons of their own, whose deadlines fall on the day, the day before or the day after

    def near(self, day):
        return day + self.pick([-1, 0, 0, 1])

    def join(self, p, effective):
        """The manager whose the person is from that day on."""
        m = self.people[0] if self.chance(0.5) else self.people[1]
        self.add(effective, "person.updated", {
            "person": p, "effectiveFrom": self.date(effective), "active": True, "manager": m})
        return m

    def gap_story(self, p, g):
        first = self.last - self.pick([14, 15, 60, 89, 90, 91, 104, 120, 121, 179, 180, 200, 269])
        m = self.join(p, first - self.pick([0, 1, 100]))
        baseline, target, middle = self.pick([
            ("0.1", "0.7", "0.4"), ("0.7", "0.1", "0.4"), ("-1", "1", "0"), ("0", "3", "1.5"), ("0.1", "0.7", "0.16")])
        identified = {"gap": g, "person": p, "cause": "skill"}
        if self.chance(0.7):
            identified["metric"] = {"name": "m", "baseline": Number(baseline), "target": Number(target)}
        self.add(first, "gap.identified", identified)
        if self.chance(0.7):
            self.add(self.near(first + self.pick([0, 5, 14, 14])), "gap.action", {
                "gap": g, "by": m, "kind": "coaching", "stage": self.pick(["taken", "taken", "planned"])})
        end = self.near(first + self.pick([0, 5, 14, 90, 90, 120, 120]))
        if self.chance(0.75):
            self.add(end, "gap.closed", {"gap": g, "outcome": self.pick(["closed", "closed", "closed", "withdrawn", "role_changed"])})
        if self.chance(0.5):
            self.add(self.near(end), "behaviour.observed", {
                "gap": g, "observer": self.pick([m, p, self.people[2]]), "level": Number(self.pick(LEVELS))})
        if self.chance(0.5):
            day = self.pick([self.near(first), self.near(end), self.near(self.last - 89)])
            self.add(day, "outcome.measured", {"gap": g, "value": Number(self.pick([middle, middle, baseline, target]))})
        if self.chance(0.2):
            away = self.near(first + self.pick([0, 7, 90]))
            self.add(first, "absence.recorded", {"person": self.pick([m, p]), "from": self.date(away), "to": self.date(away + 9)})

    def cover_story(self, p, _):
        """Four weeks under a manager, two of them covered."""
        first = self.near(self.last - 27)
        m = self.join(p, first)
        self.add(self.near(first + self.pick([0, 7, 14])), "coaching.held", {
            "person": p, "coach": m, "observed": True, "context": {"kind": "call"}})
        self.add(first + self.random.randint(0, 26), "coaching.held", {"person": p, "provider": {"kind": "tool"}})

    def request_story(self, p, g):
        """Training asked for a month after the coaching."""
        day = self.near(self.last - self.pick([5, 60, 89]))
        m = self.join(p, day - 100)
        self.add(self.near(day - self.pick([0, 40])), "gap.identified", {
            "gap": g, "person": p, "cause": self.pick(["skill", "knowledge", "will"])})
        self.add(self.near(day - 30), "coaching.held", {"person": p, "coach": m})
        self.add(day, "training.requested", {"request": "r", "requestedBy": m, "gap": g})

    def programme_story(self, p, g):
        """A completion with what was seen shortly before and three months after."""
        day = self.near(self.last - self.pick([30, 90, 91, 179]))
        self.join(p, day - 100)
        self.add(self.near(day), "gap.identified", {"gap": g, "person": self.pick([p, p, p, self.people[3]]), "cause": "skill"})
        self.add(day, "training.completed", {"person": p, "programme": self.pick(self.programmes), "gap": g})
        for observed in (self.near(day), self.near(day + self.pick([1, 90]))):
            if self.chance(0.7):
                self.add(observed, "behaviour.observed", {
                    "gap": g, "observer": self.people[0], "level": Number(self.pick(LEVELS))})

    def rival(self):
        """The same moment, the same thing, another source: the order of sources decides."""
        kinds = ("person.updated", "role.defined", "gap.identified", "gap.closed", "behaviour.observed", "outcome.measured")
        event = self.pick([one for one in self.events if one["type"].removeprefix("onus.") in kinds])
        data = dict(event["data"])
        for name, values in {
            "active": [True, False], "expectations": [[], [{"id": "y", "statement": "s"}]], "cause": CAUSES,
            "outcome": ["closed", "withdrawn"], "level": [Number("1"), Number("4")], "value": [Number("0"), Number("10")],
        }.items():
            if name in data:
                data[name] = self.pick(values)
        self.add(self.last, event["type"].removeprefix("onus."), data)
        self.events[-1]["time"] = event["time"]
        self.events[-1]["source"] = self.pick([source for source in SOURCES if source != event["source"]])
        self.events[-1].pop("subject", None)

    def converse(self):
        self.add(self.day(), "conversation.held", {
            "manager": self.pick(self.people), "person": self.pick(self.people), "kind": "check_in"})

    def feedback(self):
        self.add(self.day(), "feedback.given", self.optional(
            {"from": self.pick(self.people), "person": self.pick(self.people)}, context="c", gap=self.pick(self.gaps)))

    def learn(self):
        self.add(self.day(), "learning.recorded", self.optional({"person": self.pick(self.people), "title": "Chess"}, url="u"))

    def target(self):
        """Of any event so far, corrections included; at times of none, or of the correction itself."""
        draw = self.random.random()
        if draw < 0.05:
            return {"source": "/nowhere", "id": "0"}
        chosen = [e for e in self.events if e["type"].startswith(("onus.event.", "onus.evidence."))] if draw < 0.35 else []
        event = self.pick(chosen or self.events)
        return {"source": event["source"], "id": event["id"]}

    def retract(self):
        self.add(self.day(), "event.retracted", self.optional({"event": self.target()}, reason="r", by=self.pick(self.people)))
        if self.chance(0.1):
            self.events[-1]["data"]["event"] = {"source": self.events[-1]["source"], "id": self.events[-1]["id"]}

    def contest(self):
        self.add(self.day(), "evidence.contested", self.optional({"event": self.target(), "by": self.pick(self.people)}, reason=""))

    def resolve(self):
        self.add(self.day(), "evidence.resolved", {
            "event": self.target(), "by": self.pick(self.people), "decision": self.pick(["stands", "stands", "removed"])})

    # What is sent

    def lines(self):
        """The events as lines of JSON, in the order of arrival, some of them twice: the second with another payload."""
        lines = []
        for event in self.events:
            lines.append(self.write(event))
            if self.chance(0.08):
                twin = {**self.pick(self.events), "source": event["source"], "id": event["id"]}
                lines.insert(self.random.randint(0, len(lines)), self.write(twin))
        return lines

    def broken(self):
        """A line that has to be refused, of an event that may come again, whole."""
        event = {**json.loads(self.write(self.pick(self.events))), "id": f"{self.random.randint(1, self.count)}"}
        data = event["data"]
        fault = self.pick(["data", "member", "null", "boolean", "time", "year", "specversion", "overflow", "twice"])
        required = {
            "person.updated": "active", "role.defined": "expectations", "absence.recorded": "to", "gap.identified": "cause",
            "gap.action": "stage", "gap.closed": "outcome", "behaviour.observed": "level", "outcome.measured": "value",
            "coaching.held": "person", "training.requested": "request", "training.completed": "programme"}
        member = required.get(event["type"].removeprefix("onus."))
        if fault == "data":
            event["data"] = None
        elif fault == "time":
            event["time"] = event["time"][:17] + "60Z"
        elif fault == "year":
            event["time"] = "0001-01-01T00:00:00+00:01"
        elif fault == "specversion":
            event["specversion"] = "1"
        elif fault == "overflow":
            event["data"] = {**data, "unknown": "too much"}
            return json.dumps(event).replace('"too much"', "1e400")
        elif fault == "twice":
            return json.dumps(event)[:-1] + ',"id":"again"}'
        elif member is None:
            event["type"] = "onus.unheard.of"
        elif fault == "member":
            del data[member]
        elif fault == "null":
            data[member] = None
        else:
            data[member] = 1 if isinstance(data[member], bool) else True
        return json.dumps(event)

    def write(self, value):
        if isinstance(value, Number):
            return str(value)
        if isinstance(value, str):
            return self.write_text(value)
        if isinstance(value, dict):
            members = list(value.items())
            if self.chance(0.3):
                self.random.shuffle(members)
            space = self.pick(["", "", " ", "\t"])
            inner = ",".join(f"{space}{self.write_text(name)}{space}:{self.write(member)}" for name, member in members)
            return "{" + inner + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(self.write, value)) + "]"
        return json.dumps(value)

    def write_text(self, text):
        draw = self.random.random()
        if draw < 0.6:
            return json.dumps(text, ensure_ascii=False)
        if draw < 0.8:
            return json.dumps(text)
        return '"' + "".join(f"\\u{unit:04X}" for unit in units(text)) + '"'


def units(text):
    encoded = text.encode("utf-16-be")
    return [encoded[place] << 8 | encoded[place + 1] for place in range(0, len(encoded), 2)]
