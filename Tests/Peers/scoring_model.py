"""The model of docs/scoring-model.md and docs/events.md, written from their text alone: day by day, event by event, in
fractions, and nothing of Onus in it. Slow, and meant to be read beside the text.

`Model(events, day).rows()` has the shape of `onus score --format json`, its asOf and policyVersion aside.
"""
import datetime
import math
import re
from fractions import Fraction

POLICY = {
    "window": 90, "cadence": 14, "clarityGrace": 14, "actionDue": 14, "closureDue": 90, "climbEvery": 90, "chainDue": 30,
    "triageLookback": 30, "complementDays": 28, "complementShare": 0.5, "verifiedLevel": 3, "verifiedProgress": 0.5,
    "unverifiedCredit": 0.5, "programmeWindow": 180, "followupDays": 90, "unlinkedFrom": 3, "programmePrior": 1,
    "kappa": 2, "levels": 32, "intervalFactor": 1.645, "owningLow": 60, "outsourcedHigh": 50, "minimumMeasures": 2,
    "minimumTrials": 3,
    "weights": {"clarity": 1, "coaching": 2, "situational": 1, "complement": 1, "action": 2, "closure": 2, "triage": 1,
                "outcome": 2, "chain": 2},
}
CORRECTIONS = {"onus.event.retracted", "onus.evidence.contested", "onus.evidence.resolved"}
MICROSECONDS_A_DAY = 86_400_000_000
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|([+-])(\d\d):(\d\d))")


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal()


def exact(number):
    """What a JSON number means: the shortest decimal that reads back as the same double."""
    return Fraction(repr(float(number)))


def instant(text):
    """Microseconds from the day before 0001-01-01 on; what is finer is cut."""
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = TIME.fullmatch(text).groups()
    total = datetime.date(int(year), int(month), int(day)).toordinal() * 86_400
    total += int(hour) * 3600 + int(minute) * 60 + int(second)
    if sign:
        total -= (int(hours) * 60 + int(minutes)) * 60 * (1 if sign == "+" else -1)
    return total * 1_000_000 + int(((fraction or "") + "000000")[:6])


class Event:
    def __init__(self, structured):
        self.source, self.id = structured["source"], structured["id"]
        self.type = structured["type"]
        self.data = without_nulls(structured["data"])
        self.time = instant(structured["time"])
        self.day = self.time // MICROSECONDS_A_DAY
        self.identity = (self.source, self.id)
        self.order = (self.time, self.source.encode(), self.id.encode())
        corrected = self.data.get("event") if self.type in CORRECTIONS else None
        self.target = (corrected["source"], corrected["id"]) if corrected else None

    def is_a(self, name):
        return self.type == "onus." + name

    def is_personal(self):
        if self.is_a("training.completed"):
            assigned = self.data.get("assignedBy")
            is_assigned = assigned is not None and assigned != self.data["person"]
            return not (is_assigned or "gap" in self.data or "expectation" in self.data)
        return self.is_a("learning.recorded")


def without_nulls(value):
    """null equals absent."""
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return value


def in_force(events, today):
    """The events that count, in their order. `events` are in the order of arrival: of one identity the first counts."""
    first = {}
    for event in events:
        first.setdefault(event.identity, event)
    retracted = {event.target for event in first.values() if event.is_a("event.retracted")}
    ruling = {}
    for event in first.values():
        if event.day > today or event.identity in retracted:
            continue
        if event.is_a("evidence.contested") or event.is_a("evidence.resolved"):
            last = ruling.get(event.target)
            if last is None or last.order < event.order:
                ruling[event.target] = event
    counting = []
    for event in first.values():
        if event.type in CORRECTIONS or event.day > today or event.identity in retracted or event.is_personal():
            continue
        last = ruling.get(event.identity)
        if last is None or (last.is_a("evidence.resolved") and last.data["decision"] == "stands"):
            counting.append(event)
    return sorted(counting, key=lambda event: event.order)


class Gap:
    def __init__(self, identification, model):
        data = identification.data
        self.name, self.person, self.day, self.cause = data["gap"], data["person"], identification.day, data["cause"]
        self.metric = data.get("metric")
        self.c = self.outcome = None
        for event in model.of("gap.closed"):
            if event.data["gap"] == self.name and event.day >= self.day:
                self.c, self.outcome = event.day, event.data["outcome"]
                break
        self.is_ended = self.c is not None
        self.is_closed = self.is_ended and self.outcome != "withdrawn"
        self.is_withdrawn = self.outcome == "withdrawn"
        self.observations = [e for e in model.of("behaviour.observed") if e.data["gap"] == self.name]
        self.measurements = [e for e in model.of("outcome.measured") if e.data["gap"] == self.name]
        self.actions = [e for e in model.of("gap.action") if e.data["gap"] == self.name]

    def progress(self, first, last):
        """Of the last measurement on these days; None where there is none, or no metric."""
        values = [e.data["value"] for e in self.measurements if first <= e.day <= last]
        if self.metric is None or not values:
            return None
        baseline, target = exact(self.metric["baseline"]), exact(self.metric["target"])
        return min(Fraction(1), max(Fraction(0), (exact(values[-1]) - baseline) / (target - baseline)))


class Model:
    """The rows of one scored day.

    - events: as `Event`, in the order of arrival, duplicates and all.
    - day: the scored day, an ordinal.
    """

    def __init__(self, events, day, policy=None):
        self.policy = {**POLICY, **(policy or {})}
        self.policy["weights"] = {**POLICY["weights"], **(policy or {}).get("weights", {})}
        self.t = day
        self.w0 = day - self.policy["window"] + 1
        self.events = in_force(events, day)
        self.by_type = {}
        for event in self.events:
            self.by_type.setdefault(event.type, []).append(event)
        self.trials = {}
        self.read_organisation()
        self.gaps = {}
        for event in self.of("gap.identified"):
            if event.data["gap"] not in self.gaps:
                self.gaps[event.data["gap"]] = Gap(event, self)
        # Nothing asks for a day before these.
        self.first = min([gap.day for gap in self.gaps.values()] + [self.w0, self.t - self.policy["clarityGrace"]]) - 1
        self.spells = {person: self.find_spells(person) for person in self.people}
        self.count_clarity()
        self.count_coaching()
        self.count_gaps()
        self.count_triage()
        self.count_outcome()
        self.count_chain()

    def of(self, name):
        return self.by_type.get("onus." + name, [])

    # The organisation

    def read_organisation(self):
        self.assignments, self.definitions, self.absent = {}, {}, {}
        # In the order of events, so that of one effectiveFrom the greater stays.
        for event in self.of("person.updated"):
            data = event.data
            self.assignments.setdefault(data["person"], {})[day_number(data["effectiveFrom"])] = data
        for event in self.of("role.defined"):
            data = event.data
            self.definitions.setdefault(data["role"], {})[day_number(data["effectiveFrom"])] = data
        for event in self.of("absence.recorded"):
            data = event.data
            days = range(day_number(data["from"]), day_number(data["to"]) + 1)
            self.absent.setdefault(data["person"], set()).update(days)
        self.people = list(self.assignments)
        self.managers = {}

    def assignment(self, p, d):
        days = [day for day in self.assignments.get(p, {}) if day <= d]
        return self.assignments[p][max(days)] if days else None

    def manager(self, p, d):
        if (p, d) not in self.managers:
            self.managers[p, d] = self.find_manager(p, d)
        return self.managers[p, d]

    def find_manager(self, p, d):
        own = self.assignment(p, d)
        if own is None or not own["active"]:
            return None
        seen, of, named = {p}, p, own.get("manager")
        while named is not None and named != of and named not in seen:
            theirs = self.assignment(named, d)
            if theirs is None or theirs["active"]:
                return named if theirs else None
            seen.add(named)
            of, named = named, theirs.get("manager")
        return None

    def away(self, m, p, d):
        return d in self.absent.get(m, ()) or d in self.absent.get(p, ())

    def after(self, x, n, m, p):
        y, present = x, 0
        while y < x + n or present < n:
            y += 1
            present += not self.away(m, p, y)
        return y

    def find_spells(self, p):
        spells = []
        for d in range(self.first, self.t + 1):
            m = self.manager(p, d)
            if m is None:
                continue
            if spells and spells[-1][0] == m and spells[-1][2] == d - 1:
                spells[-1] = (m, spells[-1][1], d)
            else:
                spells.append((m, d, d))
        return spells

    def ongoing(self, p):
        return self.spells[p][-1] if self.spells[p] and self.spells[p][-1][2] == self.t else None

    def sessions(self, m, p):
        return [e for e in self.of("coaching.held")
                if e.data["person"] == p and e.data.get("coach") == m and self.manager(p, e.day) == m]

    def is_in_window(self, d):
        return self.w0 <= d <= self.t

    def trial(self, m, measure, s, n=Fraction(1)):
        sums = self.trials.setdefault(m, {}).setdefault(measure, [Fraction(0), Fraction(0)])
        sums[0] += n
        sums[1] += s

    # The measures

    def count_clarity(self):
        for p in self.people:
            spell = self.ongoing(p)
            if spell is None or spell[1] > self.t - self.policy["clarityGrace"] + 1:
                continue
            role = self.assignment(p, self.t).get("role")
            days = [day for day in self.definitions.get(role, {}) if day <= self.t]
            good = False
            if role is not None and days and self.definitions[role][max(days)]["expectations"]:
                good = any(e.data["person"] == p and e.data["role"] == role and max(days) <= e.day <= self.t
                           for e in self.of("expectation.acknowledged"))
            self.trial(spell[0], "clarity", int(good))

    def count_coaching(self):
        cadence = self.policy["cadence"]
        for p in self.people:
            for m in {spell[0] for spell in self.spells[p]}:
                sessions = self.sessions(m, p)
                own = [d for d in range(self.w0, self.t + 1) if self.manager(p, d) == m]
                days = [d for d in own if not self.away(m, p, d)]
                covered = [d for d in days if any(d - cadence + 1 <= e.day <= d for e in sessions)]
                if days:
                    self.trial(m, "coaching", Fraction(len(covered), cadence), Fraction(len(days), cadence))
                for session in sessions:
                    if self.is_in_window(session.day):
                        good = session.data.get("observed") is True and "context" in session.data
                        self.trial(m, "situational", int(good))
                outside = any(e.data["person"] == p and "provider" in e.data and e.day in own
                              for e in self.of("coaching.held"))
                if outside and len(days) >= self.policy["complementDays"] and days:
                    share = Fraction(len(covered), len(days))
                    self.trial(m, "complement", int(share >= exact(self.policy["complementShare"])))

    def count_gaps(self):
        for gap in self.gaps.values():
            for m, a, b in self.spells.get(gap.person, []):
                start = max(gap.day, a)
                if start > b or (gap.is_ended and gap.c < start):
                    continue
                self.decide(m, "action", gap, b, self.after(start, self.policy["actionDue"], m, gap.person),
                            self.answer(gap, m, start, b), 1)
                due = self.after(start, self.policy["closureDue"], m, gap.person)
                closed = gap.c if gap.is_closed and gap.c <= b else None
                credit = Fraction(1) if closed and self.is_verified(gap, m, start) else exact(
                    self.policy["unverifiedCredit"])
                self.decide(m, "closure", gap, b, due, closed, credit)

    def answer(self, gap, m, start, b):
        days = [e.day for e in gap.actions if e.data["by"] == m and e.data["stage"] == "taken"]
        days += [e.day for e in self.sessions(m, gap.person) if e.data.get("gap") == gap.name]
        days = [d for d in days if start <= d <= b and not (gap.is_ended and d > gap.c)]
        if gap.is_closed and gap.c <= b:
            days.append(gap.c)
        return min(days, default=None)

    def decide(self, m, measure, gap, b, due, e, credit):
        if e is not None and e <= due:
            if self.is_in_window(e):
                self.trial(m, measure, credit)
        elif gap.is_withdrawn and gap.c <= min(b, due):
            pass
        elif b < due and b < self.t:
            pass
        elif self.t > due and self.is_in_window(due):
            self.trial(m, measure, 0)

    def is_verified(self, gap, m, start):
        if gap.outcome == "role_changed":
            return True
        seen = [e for e in gap.observations if start <= e.day <= gap.c and e.data["observer"] != m]
        if seen and exact(seen[-1].data["level"]) >= exact(self.policy["verifiedLevel"]):
            return True
        progress = gap.progress(start, gap.c)
        return progress is not None and progress >= exact(self.policy["verifiedProgress"])

    def count_triage(self):
        for event in self.of("training.requested"):
            m, d = event.data["requestedBy"], event.day
            if not self.is_in_window(d) or not any(self.manager(p, d) == m for p in self.people):
                continue
            gap = self.gaps.get(event.data.get("gap"))
            good = gap is not None and gap.day <= d and gap.cause in ("knowledge", "skill") and any(
                d - self.policy["triageLookback"] <= e.day <= d for e in self.sessions(m, gap.person))
            self.trial(m, "triage", int(good))

    def count_outcome(self):
        for gap in self.gaps.values():
            spell = self.ongoing(gap.person) if gap.person in self.spells else None
            if gap.metric is None or gap.is_withdrawn or spell is None:
                continue
            start = max(gap.day, spell[1])
            if gap.is_ended and gap.c < start:
                continue
            progress = gap.progress(max(start, self.w0), self.t)
            if progress is not None:
                self.trial(spell[0], "outcome", progress)

    def count_chain(self):
        for gap in self.gaps.values():
            k = 0
            while True:
                k += 1
                r = gap.day + self.policy["climbEvery"] * k
                if r > self.t or (gap.is_ended and gap.c <= r):
                    break
                path = [gap.person]
                for _ in range(k + 1):
                    path.append(self.manager(path[-1], r))
                    if path[-1] is None or path[-1] in path[:-1]:
                        break
                else:
                    n = path[-1]
                    due = self.after(r, self.policy["chainDue"], n, n)
                    if gap.is_closed and gap.c <= due:
                        if self.is_in_window(gap.c):
                            self.trial(n, "chain", 1)
                    elif not (gap.is_withdrawn and gap.c <= due) and self.t > due and self.is_in_window(due):
                        self.trial(n, "chain", 0)
                    continue
                break

    # Rows

    def rows(self):
        managers = {m: self.row(sums) for m, sums in self.trials.items()}
        return {"managers": managers, "programmes": self.programmes()}

    def row(self, sums):
        policy = self.policy
        kappa, levels = float(policy["kappa"]), policy["levels"]
        m = [(j + 0.5) / levels for j in range(levels)]
        count = {k: (float(n), float(s)) for k, (n, s) in sums.items()}
        logs = [math.fsum(log_beta(s + kappa * mj, n - s + kappa * (1 - mj)) - log_beta(kappa * mj, kappa * (1 - mj))
                          for n, s in count.values()) for mj in m]
        weights = [math.exp(value - max(logs)) for value in logs]
        p = [weight / math.fsum(weights) for weight in weights]
        mean = {k: [(s + kappa * mj) / (n + kappa) for mj in m] for k, (n, s) in count.items()}
        variance = {k: [x * (1 - x) / (n + kappa + 1) for x in mean[k]] for k, (n, _) in count.items()}
        measures = {}
        for k, (n, s) in count.items():
            mean_k = math.fsum(pj * x for pj, x in zip(p, mean[k]))
            variance_k = math.fsum(pj * (v + (x - mean_k) ** 2) for pj, v, x in zip(p, variance[k], mean[k]))
            measures[k] = {"n": n, "s": s, "mean": mean_k, "variance": variance_k}
        total = sum(policy["weights"][k] for k in count)
        w = {k: policy["weights"][k] / total for k in count}
        of_level = [math.fsum(w[k] * mean[k][j] for k in count) for j in range(levels)]
        score = math.fsum(pj * x for pj, x in zip(p, of_level))
        spread = math.fsum(
            p[j] * (math.fsum(w[k] ** 2 * variance[k][j] for k in count) + (of_level[j] - score) ** 2)
            for j in range(levels))
        reach = policy["intervalFactor"] * 100 * math.sqrt(spread)
        low, high = max(0.0, 100 * score - reach), min(100.0, 100 * score + reach)
        row = {"level": math.fsum(pj * mj for pj, mj in zip(p, m)), "measures": measures}
        if len(sums) < policy["minimumMeasures"] or sum(n for n, _ in sums.values()) < policy["minimumTrials"]:
            return {**row, "status": "insufficient", "score": None, "low": None, "high": None}
        status = "owning" if low >= policy["owningLow"] else "outsourced" if high < policy["outsourcedHigh"] else "mixed"
        return {**row, "status": status, "score": 100 * score, "low": low, "high": high}

    def programmes(self):
        tallies = {}
        follow = self.policy["followupDays"]
        for event in self.of("training.completed"):
            day = event.day
            if not self.t - self.policy["programmeWindow"] + 1 <= day <= self.t:
                continue
            tally = tallies.setdefault(event.data["programme"], {"linkage": [0, 0], "followup": [0, 0], "change": [0, 0]})
            gap = self.gaps.get(event.data.get("gap"))
            linked = gap is not None and gap.person == event.data["person"] and gap.day <= day
            credit(tally["linkage"], linked)
            if not linked:
                continue
            before = [e for e in gap.observations if e.day <= day]
            after = [e for e in gap.observations if day < e.day <= min(day + follow, self.t)]
            if day + follow < self.t:
                credit(tally["followup"], bool(after))
            if before and after:
                credit(tally["change"], exact(after[-1].data["level"]) > exact(before[-1].data["level"]))
        return {programme: self.programme(tally) for programme, tally in tallies.items()}

    def programme(self, tally):
        prior, measures = float(self.policy["programmePrior"]), {}
        for name, (n, s) in tally.items():
            if n:
                total = n + 2 * prior
                measures[name] = {"n": n, "s": s, "mean": (s + prior) / total,
                                  "variance": (s + prior) * (n - s + prior) / (total ** 2 * (total + 1))}
        delivered, linked = tally["linkage"]
        status = "unlinked" if delivered >= self.policy["unlinkedFrom"] and not linked else "linked"
        return {"delivered": delivered, "changed": tally["change"][1], "status": status, "measures": measures}


def credit(count, is_good):
    count[0] += 1
    count[1] += bool(is_good)


def log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def differences(found, expected, tolerance=1e-9, path=""):
    """Where two documents differ: other members than the expected ones, other words, numbers further apart."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted(set(found) ^ set(expected)):
            yield f"{path}/{name}: {'not expected' if name in found else 'missing'}"
        for name in sorted(set(found) & set(expected)):
            yield from differences(found[name], expected[name], tolerance, f"{path}/{name}")
    elif isinstance(expected, (int, float)) and isinstance(found, (int, float)) and not isinstance(found, bool):
        if not abs(found - expected) <= tolerance:
            yield f"{path}: {found!r}, expected {expected!r}"
    elif found != expected:
        yield f"{path}: {found!r}, expected {expected!r}"
