"""The README's examples in curl, Python and Swift, run as they stand there; only the address is the stack's.

Each runs in a folder that looks like a checkout after `make demo`: `.onus/admin.token` and `.onus/bin`.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import uuid

import tally

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = os.environ | {"ONUS_DATABASE_URL": os.environ["ONUS_OWNER_URL"]}


def blocks(text, language):
    """The README's code blocks of a language that talk to ingestion."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
    return [block for block in found if "http://127.0.0.1:8080" in block]


def here(block):
    """The block with the stack's address. Its event gets another identity: the sample's may be stored already."""
    return block.replace("http://127.0.0.1:8080", os.environ["ONUS_BASE"]).replace("/readme", f"/readme/{uuid.uuid4()}")


def run(command, folder):
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)


def is_whole(command):
    """Whether bash would begin to run it, or waits for more lines."""
    return not command.endswith("\\\n") and subprocess.run(["bash", "-n", "-c", command], capture_output=True).returncode == 0


def commands(block):
    """Commands of a console block (`$ …`, over as many lines as bash reads), each with what it is said to print."""
    command, output, found = "", "", []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ ") and (not command or is_whole(command)):
            if command:
                found.append((command, output))
            command, output = line[2:], ""
        elif not is_whole(command):
            command += line
        else:
            output += line
    return found + [(command, output)]


def is_receipt(text):
    try:
        return json.loads(text) == {"accepted": 1, "duplicates": 0, "rejected": []}
    except ValueError:
        return False


readme = (ROOT / "README.md").read_text()
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / ".onus").mkdir()
    (folder / ".onus/bin").symlink_to(os.environ["ONUS_BIN"])
    (folder / ".onus/admin.token").write_text(os.environ["ONUS_TOKEN"] + "\n")
    console = blocks(readme, "console")
    tally.check("there are examples in all three languages", console and blocks(readme, "python") and blocks(readme, "swift"))
    for block in console:
        if "curl" not in block:
            continue
        for command, output in commands(here(block)):
            answer = run(["bash", "-c", command], folder)
            same = not output or answer.stdout.strip() == output.strip()
            tally.check(f"curl: {command.splitlines()[0]}", answer.returncode == 0 and same, answer.stdout + answer.stderr)
    for language, command, file in (
            ("python", sys.executable, "example.py"), ("swift", "swift", "example.swift")):
        for block in blocks(readme, language):
            (folder / file).write_text(here(block))
            answer = run([command, file], folder)
            tally.check(f"{command.rsplit('/', 1)[-1]} {file}: its event is accepted",
                        answer.returncode == 0 and is_receipt(answer.stdout), answer.stdout + answer.stderr[-800:])
tally.finish()
