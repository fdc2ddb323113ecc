"""Leads by the hundred thousand: made through the one door in, then every page of leads is asked for and timed.

    GUATU_HOME=FOLDER python -m benchmarks.leads --leads 100000 [--rounds 7]

FOLDER holds an installation (`guatu setup`). Prints JSON: by page the median in milliseconds and the number of queries.
Exits 1 when a page takes longer than 300 ms at the median.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from random import Random

TOGETHER, MOST_MS = 2000, 300
SEED = 11


def fill(leads: int) -> float:
    """Makes leads up to this number; returns the seconds it took."""
    from guatu.chains.models import Chain
    from guatu.kernel import actions
    from guatu.kernel.changes import Change
    from guatu.kernel.models import Membership, Organisation, User
    from guatu.kernel.scope import Actor
    from guatu.outreach.lead_choices import ORIGINS
    from guatu.outreach.models import Lead
    from guatu.outreach.rules.leads import LOST, OPEN

    system, chance, started = Actor.system("setup"), Random(SEED), time.perf_counter()
    if not Organisation.everything.filter(code="bl-city").exists():
        city = Change("create", Organisation, {"code": "bl-city", "name": "市", "kind": "city"})
        zones = [Change("create", Organisation, {"code": f"bl-z{n}", "name": f"区{n}", "kind": "district", "parent": city})
                 for n in range(10)]
        units = [Change("create", Organisation, {"code": f"bl-u{n}", "name": f"招商{n}部", "kind": "team", "parent": zones[n // 4]})
                 for n in range(40)]
        users = [Change("create", User, {"username": f"bl-{n}", "name": f"招商员{n}"}) for n in range(80)]
        held = [Change("create", Membership, {"user": user, "organisation": city, "role": "chain_office"}) for user in users[:1]]
        chains = [Change("create", Chain, {"code": f"bl-c{n}", "name": f"链{n}"}) for n in range(12)]
        actions.write(system, [city, *zones, *units, *users, *held, *chains])
    zones = list(Organisation.everything.filter(code__startswith="bl-z").order_by("pk"))
    units = list(Organisation.everything.filter(code__startswith="bl-u").order_by("pk"))
    users = list(User.everything.filter(username__startswith="bl-").order_by("pk"))
    chains = list(Chain.everything.filter(code__startswith="bl-c").order_by("pk"))
    today, made = date.today(), Lead.everything.count()
    while made < leads:
        changes = []
        for number in range(made, min(made + TOGETHER, leads)):
            first = today - timedelta(days=chance.randint(40, 1500))
            stage = chance.choice((*OPEN, LOST, LOST))
            lost = {"lost_reason": "market", "lost_to": "未落地"} if stage == LOST else {}
            unit = chance.randrange(40)
            changes.append(Change("create", Lead, {
                "code": f"BL{number:07d}", "name": f"第{number}号企业有限公司", "zone": zones[unit // 4].pk, "unit": units[unit].pk,
                "owner": users[chance.randrange(80)].pk, "chain": chains[chance.randrange(12)].pk,
                "origin": chance.choice(ORIGINS)[0], "first_contact_on": first, "stage": stage,
                "stage_on": min(today, first + timedelta(days=chance.randint(0, 200))),
                "investment": Decimal(chance.randint(1, 500) * 1_000_000), **lost}))
        actions.write(system, changes)
        made += len(changes)
        print(f"{made} leads, {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return time.perf_counter() - started


def measured(rounds: int) -> dict[str, dict]:
    """By page the median time of a warm process in milliseconds, and the queries it costs."""
    from django.db import connection
    from django.test import Client

    from guatu.kernel.models import User
    from guatu.outreach.models import Lead

    client = Client()
    client.force_login(User.everything.get(username="bl-0"))
    middle = Lead.everything.order_by("pk")[Lead.everything.count() // 2]
    pages = {
        "board": "/leads/", "board of a zone and day": "/leads/?zone=bl-z3&as_of=2024-06-30", "own leads": "/leads/mine/",
        "funnel": "/leads/funnel/", "funnel of a day": "/leads/funnel/?as_of=2024-06-30", "list": "/r/leads/",
        "list, searched": "/r/leads/?q=第77号", "list, by stage": "/r/leads/?stage=talking", "one lead": f"/r/leads/{middle.pk}/",
        "check of a firm": f"/leads/check/?name={middle.name}",
    }
    found = {}
    for name, url in pages.items():
        for _warm in range(2):
            assert client.get(url).status_code == 200, url
        seen: list[str] = []

        def counting(execute, sql, params, many, context, seen=seen):
            seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counting):
            client.get(url)
        times = []
        for _round in range(rounds):
            started = time.perf_counter()
            client.get(url)
            times.append((time.perf_counter() - started) * 1000)
        found[name] = {"median_ms": round(statistics.median(times), 1), "queries": len(seen)}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    import django

    django.setup()
    made_s = fill(given.leads)
    pages = measured(given.rounds)
    print(json.dumps({"leads": given.leads, "made_s": round(made_s, 1), "pages": pages}, ensure_ascii=False, indent=1))
    return 1 if any(one["median_ms"] > MOST_MS for one in pages.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
