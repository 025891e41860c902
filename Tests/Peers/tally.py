"""Counts checks and ends a script with their tally."""
import os
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
        fault = f"FAULT {name}: {str(seen)[:400]}"
        print(fault)
        # test-peers.sh prints these once more at its end, where a log that was cut still has them.
        if "ONUS_FAULTS" in os.environ:
            with open(os.environ["ONUS_FAULTS"], "a") as file:
                print(fault, file=file)
    return bool(good)


def finish():
    print(f"{_passed} passed, {_failed} failed")
    sys.exit(0 if _passed and not _failed else 1)
