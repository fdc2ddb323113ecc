"""Leads by the hundred thousand, made through the one door in, and the pages that are asked for. See `benchmarks.outreach`."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from random import Random

TOGETHER = 2000
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


def pages() -> dict[str, str]:
    """The address of each page of leads, by name."""
    from guatu.outreach.models import Lead

    middle = Lead.everything.order_by("pk")[Lead.everything.count() // 2]
    return {
        "lead board": "/leads/", "lead board of a zone and day": "/leads/?zone=bl-z3&as_of=2024-06-30",
        "own leads": "/leads/mine/", "funnel": "/leads/funnel/", "funnel of a day": "/leads/funnel/?as_of=2024-06-30",
        "list of leads": "/r/leads/", "leads, page 1000": "/r/leads/?page=1000", "leads, search": "/r/leads/?q=第77号",
        "leads, by stage": "/r/leads/?stage=talking", "a lead": f"/r/leads/{middle.pk}/",
        "check of a firm": f"/leads/check/?name={middle.name}",
    }
