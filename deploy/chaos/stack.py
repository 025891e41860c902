"""The processes that chaos kills: PostgreSQL as pg_ctl runs it, and services of Onus."""
import http.client
import os
import random
import signal
import subprocess
import time

import psycopg


class Fault(Exception):
    """Something that may not happen did."""


class Cluster:
    """A private PostgreSQL. Root lends it a user, as PostgreSQL refuses to run as root."""

    def __init__(self):
        self.url = os.environ["ONUS_DATABASE_URL"]
        self.home = os.environ["ONUS_CHAOS_CLUSTER"]
        self.options = os.environ["ONUS_CHAOS_OPTIONS"]
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def pg_ctl(self, *arguments):
        command = [*self.user, os.environ["ONUS_CHAOS_PG_CTL"], "-D", f"{self.home}/data", "-w", "-t", "120", *arguments]
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise Fault(f"pg_ctl {arguments[0]}: expected exit status 0, got {done.returncode}; see {self.home}/server.log")

    def crash(self):
        """As a crash: nothing that was not flushed yet is flushed."""
        self.pg_ctl("-m", "immediate", "stop")

    def start(self):
        self.pg_ctl("-l", f"{self.home}/server.log", "-o", self.options, "start")

    def connect(self):
        return psycopg.connect(self.url, autocommit=True, connect_timeout=5)

    def connect_patiently(self, patience=60):
        end = time.monotonic() + patience
        while True:
            try:
                return self.connect()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def kill_backend(self, chance: random.Random):
        """Kills one server process of a service; the postmaster then ends all others and recovers as from a crash."""
        with self.connect_patiently() as database:
            rows = database.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE application_name IN ('onus-ingestion', 'onus-scoring', 'onus-notification')").fetchall()
        if rows:
            kill(chance.choice(rows)[0])


class Service:
    """One process of a service, started again after each of its deaths."""

    def __init__(self, name, url, port, log):
        self.name, self.port, self.log = name, port, log
        self.environment = {**os.environ, "ONUS_DATABASE_URL": url, "ONUS_PORT": str(port)}
        self.process = None

    def start(self):
        executable = f"{os.environ['ONUS_CHAOS_BIN']}/onus-{self.name}"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [executable], env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def kill(self):
        kill(self.process.pid)
        self.process.wait()

    def check(self):
        """Nobody but this driver ends a service."""
        status = self.process.poll()
        if status is not None:
            raise Fault(f"onus-{self.name} ended by itself with {status}: {self.last_words()}")

    def wait_ready(self, patience=60):
        end = time.monotonic() + patience
        while not self.is_ready():
            self.check()
            if time.monotonic() > end:
                raise Fault(f"onus-{self.name} was not ready within {patience} s: {self.last_words()}")
            time.sleep(0.02)

    def is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def last_words(self):
        with open(self.log, "rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 1000))
            return log.read().decode(errors="replace")


def kill(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass  # It was quicker.
