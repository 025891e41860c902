"""Counts checks and ends a script with their tally."""
import sys

_passed, _failed = 0, 0


def check(name, good, seen=""):
    """Counts one check; `seen` is what came instead."""
    global _passed, _failed
    if good:
        _passed += 1
        print(f"ok    {name}")
    else:
        _failed += 1
        print(f"FAULT {name}: {str(seen)[:400]}")
    return bool(good)


def finish():
    print(f"{_passed} passed, {_failed} failed")
    sys.exit(0 if _passed and not _failed else 1)
