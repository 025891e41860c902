"""The plot for the README: bars of medians with lines from the least to the greatest round, as SVG without a library."""
import html
import math
import statistics

WIDTH, LEFT, BAR, GAP = 760, 210, 16, 6
OURS, THEIRS, FLOOR = "#1f6f6b", "#b9bec5", "#dfe2e6"


def text(x, y, words, extra=""):
    return f'<text x="{x:.0f}" y="{y:.0f}" {extra}>{html.escape(words)}</text>'


def panel(board, y, title, rows, unit, logarithmic=False):
    rows = [(label, name, colour) for label, name, colour in rows if board.of(name)]
    if not rows:
        return [], y
    low = min(min(board.of(name)) for _, name, _ in rows)
    high = max(max(board.of(name)) for _, name, _ in rows)
    room = WIDTH - LEFT - 90

    def at(value):
        if logarithmic:
            floor = low / 2
            return LEFT + room * math.log(value / floor) / math.log(high / floor)
        return LEFT + room * value / high

    parts = [text(0, y + 14, title, 'class="t"')]
    y += 24
    for label, name, colour in rows:
        values = board.of(name)
        middle = statistics.median(values)
        centre = y + BAR / 2
        parts.append(text(LEFT - 8, centre + 4, label, 'text-anchor="end"'))
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{at(middle) - LEFT:.1f}" height="{BAR}" fill="{colour}"/>')
        parts.append(f'<path d="M{at(min(values)):.1f} {centre}H{at(max(values)):.1f}" stroke="#333" stroke-width="1.5"/>')
        shown = f"{middle:,.0f}" if unit == "/s" else (f"{middle / 1000:.2f} ms")
        parts.append(text(at(max(values)) + 6, centre + 4, shown))
        y += BAR + GAP
    return parts, y + 12


def svg(board, peers):
    names = {"pgq": "PgQ (C extension)"}
    others = [(names.get(p.name, p.name), p.name) for p in peers]
    drains = [("Onus", "onus_drain_1", OURS)] + [(label, f"{name}_drain_1", THEIRS) for label, name in others]
    wakes = [("Onus", "onus_wake", OURS)] + [(label, f"{name}_wake", THEIRS) for label, name in others]
    panels = [
        ("Drain of a backlog by one worker, events a second", drains, "/s", False),
        ("Bulk append, events a second", [
            ("COPY, queue's table", "copy", FLOOR), ("COPY, log's columns", "copy_log", FLOOR),
            ("Onus over HTTP", "onus_bulk", OURS)]
            + [(label, f"{name}_bulk", THEIRS) for label, name in others], "/s", False),
        ("Single events from 64 clients, a second", [
            ("pgbench, one row a commit", "insert_64", FLOOR), ("Onus over HTTP", "onus_single_64", OURS)], "/s", False),
        ("From commit to handler at 200 a second: p50 (logarithmic)",
         [(label, f"{name}_p50", colour) for label, name, colour in wakes], "µs", True),
        ("The same: p99 (logarithmic)", [(label, f"{name}_p99", colour) for label, name, colour in wakes], "µs", True),
    ]
    parts, y = [], 8
    for title, rows, unit, logarithmic in panels:
        more, y = panel(board, y, title, rows, unit, logarithmic)
        parts += more
    style = "text{font:12px system-ui,sans-serif;fill:#333}.t{font-weight:600;font-size:13px}"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}">'
            f'<title>Onus\'s event log beside PostgreSQL queues</title><style>{style}</style>'
            f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n')
