#!/usr/bin/env python3
"""Rounds of SIGKILL under load: of ingestion, of scoring (two processes, one of them active), of notification, of
PostgreSQL as a whole (immediate shutdown) and of one of its processes. At the end not one acknowledged event may be lost, no
effect doubled, and every notice delivered under one id.

Started by deploy/bin/chaos.sh, which makes the cluster, the roles and the events, and hands over their names in the
environment. Arguments: rounds, seed. Prints one line of totals, and ends with 1 where it found a fault.
"""
import os
import random
import sys
import time

import oracle
from load import Account, Events, Sender
from receiver import Receiver
from stack import Cluster, Fault, Service
from wal import FlushLedger

VICTIMS = [
    ["ingestion"], ["ingestion"], ["active"], ["standby"], ["postgres"], ["postgres"], ["backend"],
    ["active", "standby"], ["ingestion", "active"], ["ingestion", "active", "postgres"], ["notification"],
    ["notification", "active"], ["notification", "postgres"],
]
# A dead worker's share moves within five seconds, on a machine with nothing else to do; a stall is much longer.
STALL = 60


class Chaos:
    def __init__(self, rounds, seed):
        self.rounds, self.chance = rounds, random.Random(seed)
        self.cluster, self.account = Cluster(), Account()
        self.ledger = FlushLedger(self.cluster, self.account)
        home, scoring = os.environ["ONUS_CHAOS_LOG"], os.environ["ONUS_CHAOS_SCORING_URL"]
        ports = [int(port) for port in os.environ["ONUS_CHAOS_PORTS"].split()]
        self.ingestion = Service("ingestion", os.environ["ONUS_CHAOS_INGESTION_URL"], ports[0], f"{home}/chaos-ingestion.log")
        self.scoring = [Service("scoring", scoring, port, f"{home}/chaos-scoring.log") for port in ports[1:3]]
        self.notification = Service(
            "notification", os.environ["ONUS_CHAOS_NOTIFICATION_URL"], ports[3], f"{home}/chaos-notification.log")
        self.services = [self.ingestion, *self.scoring, self.notification]
        self.receiver = Receiver(seed)
        events = Events(os.environ["ONUS_CHAOS_EVENTS"])
        with self.cluster.connect() as database:
            organizations_by_name = dict(database.execute("SELECT id, name FROM onus.organization ORDER BY id").fetchall())
        organizations = list(organizations_by_name)
        tokens = os.environ["ONUS_CHAOS_TOKENS"].split()
        self.senders = [
            Sender(ports[0], tokens[place % 2], organizations[place % 2], events, self.account, self.ledger,
                   f"{seed}/{place}")
            for place in range(6)]
        for number, name in organizations_by_name.items():
            oracle.onus("webhook", "create", "--url", f"{self.receiver.url}/{number}", "--kind", "all", "--organization", name,
                        is_checked=True)
        self.kills = dict.fromkeys(("ingestion", "scoring", "postgres", "backend", "notification"), 0)
        self.slowest = 0.0

    def run(self):
        for service in self.services:
            service.start()
        for service in self.services:
            service.wait_ready()
        self.ledger.start()
        for sender in self.senders:
            sender.start()
        for number in range(1, self.rounds + 1):
            self.account.round = number
            self.round()
            if number % 10 == 0:
                print(f"chaos: {number} rounds, {len(self.account.acknowledged)} events acknowledged", file=sys.stderr)
        for sender in self.senders:
            sender.is_stopping.set()
        for sender in self.senders:
            sender.join(120)

    def round(self):
        time.sleep(self.chance.uniform(0.1, 1.0))
        for service in self.services:
            service.check()
        picked = self.chance.choice(VICTIMS)
        active, standby = self.scoring
        revivals = []
        for victim in self.chance.sample(picked, len(picked)):
            revivals += self.strike(victim, {
                "ingestion": self.ingestion, "active": active, "standby": standby,
                "notification": self.notification}.get(victim))
            time.sleep(self.chance.uniform(0, 0.05))
        time.sleep(self.chance.choice([0, self.chance.uniform(0, 0.8)]))
        self.chance.shuffle(revivals)
        for revive in revivals:
            revive()
        # Now and then the next blow falls before anybody has recovered.
        if self.chance.random() < 0.8:
            self.recover()

    def strike(self, victim, service):
        """Kills, and returns what brings it back."""
        self.kills[service.name if service else victim] += 1
        if victim == "postgres":
            self.cluster.crash()
            return [self.cluster.start]
        if victim == "backend":
            self.cluster.kill_backend(self.chance)
            return []
        service.kill()
        # Whoever stood by is the active one now, as far as can be told from outside.
        if victim == "active":
            self.scoring.reverse()
        return [service.start]

    def recover(self):
        """Until events are acknowledged and read again."""
        began = time.monotonic()
        for service in self.services:
            service.wait_ready(STALL)
        acknowledged = len(self.account.acknowledged)
        with self.cluster.connect_patiently() as database:
            moved = self.moved(database)
            while len(self.account.acknowledged) < acknowledged + 30 or self.moved(database) == moved:
                if time.monotonic() - began > STALL:
                    raise Fault(f"no event was acknowledged and read within {STALL} s after the kill")
                for service in self.services:
                    service.check()
                time.sleep(0.02)
        self.slowest = max(self.slowest, time.monotonic() - began)

    @staticmethod
    def moved(database):
        return database.execute("SELECT updated FROM log.position WHERE consumer = 'scoring'").fetchone()

    def stop(self):
        for sender in self.senders:
            sender.is_stopping.set()
        for service in self.services:
            if service.process and service.process.poll() is None:
                service.kill()


def main():
    rounds, seed = int(sys.argv[1]), sys.argv[2]
    chaos, began = Chaos(rounds, seed), time.monotonic()
    account, faults, lost, doubled, notices, undelivered, redelivered = chaos.account, [], 0, 0, 0, 0, 0
    try:
        chaos.run()
        with chaos.cluster.connect_patiently() as database:
            chaos.ledger.finish(database)
            faults += [f"not scored within 300 s: {name}" for name in oracle.settle(database, 300)]
            faults += [f"not delivered within 180 s: {row}" for row in oracle.deliver(database, 180)]
            lost, doubled, notices, found = oracle.judge(database, account)
            faults += found
            undelivered, redelivered, found = oracle.judge_calls(database, chaos.receiver)
            faults += found
            tiers = database.execute("SELECT count(*) FROM log.tier").fetchone()[0]
            print(f"chaos: {tiers} tiers of identities", file=sys.stderr)
            # Ingestion looks at each start, and a thousand are enough.
            if tiers == 1 and len(account.acknowledged) > 5_000:
                faults.append("no tier of identities was closed")
        differences = oracle.verify()
        faults += [f"replay --verify: {line}" for line in differences]
    except Fault as fault:
        faults.append(f"round {account.round}: {fault}")
    finally:
        chaos.stop()
    faults += account.faults
    for fault in faults[:50]:
        print(f"chaos: FAULT {fault}", file=sys.stderr)
    notified = chaos.kills.pop("notification")
    totals = {
        "rounds": account.round, **chaos.kills, "sent": len(account.sent), "acknowledged": len(account.acknowledged),
        "resent": account.resent, "refused": account.refused, "unanswered": account.broken, "notices": notices,
        "lost": lost, "doubled": doubled, "commits_checked": account.flushed + account.unflushed,
        "commits_unflushed": account.unflushed, "faults": len(faults), "slowest_recovery_s": f"{chaos.slowest:.1f}",
        "seconds": round(time.monotonic() - began), "notification": notified, "calls": chaos.receiver.calls(),
        "undelivered": undelivered, "redelivered": redelivered}
    print("chaos:", ", ".join(f"{name} {value}" for name, value in totals.items()), file=sys.stderr)
    print(",".join(str(value) for value in totals.values()))
    return 1 if faults else 0


sys.exit(main())
