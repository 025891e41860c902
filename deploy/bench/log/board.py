"""Collects each round's figures and writes them: a table, JSON, and a plot."""
import base64
import json
import statistics
import sys
import time

from hdrh.histogram import HdrHistogram

UNITS = {"rate": "/s", "time": "µs"}


class Board:
    def __init__(self):
        self.values, self.units, self.histograms, self.absent = {}, {}, {}, {}
        self.began = time.time()
        self.round = 0

    def add(self, name, value, unit="/s"):
        self.values.setdefault(name, {})[self.round] = float(value)
        self.units[name] = unit
        print(f"# {time.time() - self.began:6.1f} s  {name} {value:,.1f} {unit}", file=sys.stderr, flush=True)

    def spread(self, name, microseconds):
        """Times of one round: its median and 99th percentile, and all rounds' in one histogram."""
        one = HdrHistogram(1, 60_000_000, 3)
        whole = self.histograms.setdefault(name, HdrHistogram(1, 60_000_000, 3))
        for value in microseconds:
            one.record_value(max(1, round(value)))
        whole.add(one)
        self.add(f"{name}_p50", one.get_value_at_percentile(50), "µs")
        self.add(f"{name}_p99", one.get_value_at_percentile(99), "µs")

    def miss(self, name, why):
        self.absent.setdefault(name, " ".join(str(why).split())[:200])
        print(f"# {name}: {self.absent[name]}", file=sys.stderr, flush=True)

    def of(self, name):
        return list(self.values.get(name, {}).values())

    def median(self, name):
        values = self.of(name)
        return statistics.median(values) if values else None

    def merged(self, above, below, cut):
        """The least of others' percentiles by ours, each of all rounds' times: one ratio, or none."""
        others = [self.histograms[name].get_value_at_percentile(cut) for name in below if name in self.histograms]
        if above not in self.histograms or not others:
            return []
        return [min(others) / self.histograms[above].get_value_at_percentile(cut)]

    def ratios(self, goal):
        """Of each round that has both; `below` may be several, of which the greatest counts (the least for times).

        With `cut`, a percentile, it is one ratio over all rounds' times.
        """
        above, below = goal["above"], goal["below"]
        below = [below] if isinstance(below, str) else below
        if "cut" in goal:
            return self.merged(above, below, goal["cut"])
        found = []
        for number, value in self.values.get(above, {}).items():
            others = [self.values[name][number] for name in below if number in self.values.get(name, {})]
            if others:
                best = min(others) if self.units[above] == "µs" else max(others)
                found.append(best / value if self.units[above] == "µs" else value / best)
        return found


def judged(goal, ratios):
    """Which of a goal's ratios has to reach it: the median, or the least where it is to be kept always."""
    return min(ratios) if goal.get("always") else statistics.median(ratios)


def three(values, form):
    return " ".join(form(v).rjust(11) for v in (min(values), statistics.median(values), max(values)))


def table(board, goals, versions):
    lines = ["", "  ".join(f"{k} {v}" for k, v in versions.items()), "",
             f"{'figure':<26}{'min':>11} {'median':>11} {'max':>11}  unit"]
    for name in board.values:
        lines.append(f"{name:<26}{three(board.of(name), lambda v: f'{v:,.0f}')}  {board.units[name]}")
    for name, why in board.absent.items():
        lines.append(f"{name:<26} absent: {why}")
    lines += ["", f"{'ratio (round by round)':<42}{'min':>11} {'median':>11} {'max':>11}   goal  beyond"]
    for goal in goals:
        found = board.ratios(goal)
        if not found:
            lines.append(f"{goal['title']:<42} not measured")
            continue
        verdict = "" if goal["goal"] is None else ("met" if judged(goal, found) >= goal["goal"] else "MISSED")
        wanted = "" if goal["goal"] is None else f"{goal['goal']:>6.2f}  {goal['beyond'] or '':>6}  {verdict}"
        lines.append(f"{goal['title']:<42}{three(found, lambda v: f'{v:.2f}')}  {wanted}".rstrip())
    return "\n".join(lines) + "\n"


def document(board, goals, versions, machine):
    figures = {name: {"unit": board.units[name], "rounds": list(values.values())} for name, values in board.values.items()}
    ratios = [{**goal, "rounds": board.ratios(goal)} for goal in goals]
    histograms = {name: base64.b64encode(base64.b64decode(whole.encode())).decode() for name, whole in board.histograms.items()}
    return json.dumps(
        {"machine": machine, "versions": versions, "figures": figures, "ratios": ratios, "absent": board.absent,
         "histograms_hdr_v2": histograms}, indent=1, ensure_ascii=False) + "\n"
