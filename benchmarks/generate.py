"""Builds the generated zone through the one door in, so that every row is what working in Guatu leaves behind.

    python -m benchmarks.generate --projects 20000 --seed 7     (into GUATU_HOME, or DATABASE_URL when set)
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import django
from django.utils import timezone

from benchmarks.lives import WAVES, Life, Lives

EVENTS_EACH = 40
#: Projects written in one recording.
TOGETHER = 1000
ZONES, UNITS_EACH, CHAINS, OFFICERS = 30, 4, 12, 60
PASSWORD = "bench-passwort-2026"
#: Yuan for a US dollar on each 1 January from 2015 (yearly averages, rounded).
USD = (
    *("6.2284", "6.6423", "6.7518", "6.6174", "6.8985", "6.8976"),
    *("6.4515", "6.7261", "7.0467", "7.1217", "7.1500", "7.1000"),
)


class Zone:
    """Everything the projects refer to, by identity."""

    def __init__(self, actor, chance, projects: int):
        from guatu.chains.models import Chain
        from guatu.enterprises.models import Enterprise
        from guatu.kernel.changes import Change
        from guatu.kernel.models import ExchangeRate, Membership, Organisation, ParameterValue, Source, User
        from guatu.parks.models import Park

        self.actor, self.chance = actor, chance

        def made(model, **values):
            change = Change("create", model, values)
            changes.append(change)
            return change

        changes = []
        self.sources = [made(Source, code=f"gs{n}", title=f"台账{n}", kind="sheet") for n in range(20)]
        self.root = made(Organisation, code="gz", name="示范市", kind="city")
        self.zones, self.units = [], {}
        for number in range(ZONES):
            parent = self.zones[number - number % 6] if number % 6 in (4, 5) else self.root
            code = f"gz{number:02d}"
            zone = made(Organisation, code=code, name=f"功能区{number:02d}", kind="functional_zone", parent=parent)
            self.zones.append(zone)
            self.units[zone] = [
                made(Organisation, code=f"{code}u{n}", name=f"{code}责任单位{n}", kind="department", parent=zone)
                for n in range(UNITS_EACH)
            ]
        self.chains = [made(Chain, code=f"gc{n:02d}", name=f"产业链{n:02d}") for n in range(CHAINS)]
        self.parks = {
            zone: [
                made(Park, code=f"{zone.values['code']}p{n}", name=f"园{n}", zone=zone, kind="industry_park")
                for n in range(2)
            ]
            for zone in self.zones
        }
        self.officers = [made(User, username=f"officer{n:02d}", name=f"专员{n:02d}") for n in range(OFFICERS)]
        self.readers = {
            name: made(User, username=f"bench-{name}", name=name) for name in ("whole", "zone", "none")
        }
        made(Membership, user=self.readers["whole"], organisation=self.root, role="supervision")
        made(Membership, user=self.readers["zone"], organisation=self.zones[3], role="leader")
        for officer in self.officers:
            made(Membership, user=officer, organisation=self.root, role="project_officer")
        for place, rate in enumerate(USD):
            made(ExchangeRate, currency="USD", valid_on=date(2015 + place, 1, 1), cny_per_unit=Decimal(rate))
        self.enterprises = [
            made(Enterprise, code=f"ge{n:05d}", name=f"企业{n:05d}有限公司", zone=chance.choice(self.zones))
            for n in range(max(20, projects // 6))
        ]
        self._write(changes, "组织、产业链、企业")
        # One zone counts projects that are being finished as still under construction, from 2020 on.
        rule = Change(
            "create",
            ParameterValue,
            {
                "key": "projects.lists.building_stages",
                "organisation": self.zones[7].written.pk,
                "value": ["started", "completed"],
                "valid_on": date(2020, 1, 1),
                "note": "功能区07自定口径",
            },
        )
        self._write([rule], "功能区口径")
        for reader in self.readers.values():
            reader.written.set_password(PASSWORD)
            reader.written.save(update_fields=["password"])

    def _write(self, changes, note):
        from guatu.kernel import actions

        actions.write(self.actor, changes, note=note)

    def place(self, life: Life) -> None:
        """Gives a life its zone, chain, people and investors."""
        chance = self.chance
        zone = chance.choice(self.zones)
        life.values |= {
            "zone": zone.written.pk,
            "unit": chance.choice(self.units[zone]).written.pk if chance.random() < 0.9 else None,
            "chain": chance.choice(self.chains).written.pk if chance.random() < 0.8 else None,
            "park": chance.choice(self.parks[zone]).written.pk if chance.random() < 0.5 else None,
            "officer": chance.choice(self.officers).written.pk,
            "investors": [found.written.pk for found in chance.sample(self.enterprises, chance.choice((1, 1, 1, 2)))],
            "source": chance.choice(self.sources).written.pk,
        }


class Builder:
    def __init__(self, projects: int, seed: int, today: date, on_progress=None):
        from guatu.kernel.scope import Actor

        self.projects = projects
        self.lives = Lives(seed, today, EVENTS_EACH)
        self.actor = Actor.system("setup")
        self.on_progress = on_progress or (lambda done, total: None)

    def build(self) -> Zone:
        self.zone = Zone(self.actor, self.lives.random, self.projects)
        everyone = list(self._all_lives())
        groups = [everyone[start : start + TOGETHER] for start in range(0, len(everyone), TOGETHER)]
        steps, done = len(groups) * WAVES, 0
        # Looking again and again through millions of living objects for dead ones would take a third of the time.
        gc.freeze()
        gc.disable()
        for wave in range(WAVES):
            for group in groups:
                self._enter(group, wave)
                self._amend(group, wave)
                gc.collect()
                done += 1
                self.on_progress(done, steps)
        gc.enable()
        return self.zone

    def _all_lives(self) -> Iterator[Life]:
        """5 % are batches, each with up to three members that follow it."""
        number, batch, members = 0, None, 0
        while number < self.projects:
            is_batch = members == 0 and self.lives.random.random() < 0.05
            life = self.lives.make(number, batch if members else None, is_batch)
            self.zone.place(life)
            if is_batch:
                batch, members = life, self.lives.random.randrange(4)
            elif members:
                members -= 1
            number += 1
            yield life

    def _enter(self, group: list[Life], wave: int) -> None:
        """New projects, and what happened or was promised since the wave before."""
        from guatu.kernel import actions
        from guatu.kernel.changes import Change
        from guatu.projects.models import Project, StageEvent

        made: dict[int, Change] = {}
        changes, events = [], []
        for life in group:
            if life.wave == wave:
                values = dict(life.values)
                if life.batch is not None:
                    values["batch"] = life.batch.identity or made.get(life.batch.number)
                made[life.number] = Change("create", Project, values)
                changes.append(made[life.number])
        for life in group:
            for happening in life.happenings:
                if happening.wave != wave:
                    continue
                values = {
                    "project": life.identity or made[life.number],
                    "event": happening.event,
                    "valid_on": happening.day,
                    "precision": happening.precision,
                    "kind": happening.kind,
                    "not_later_than": happening.not_later_than,
                    "basis": "history",
                    "source": life.values["source"],
                }
                events.append((happening, Change("create", StageEvent, values)))
        actions.write(self.actor, changes + [change for _happening, change in events], note=f"第{wave + 1}次录入")
        for life in group:
            if life.number in made:
                life.identity = made[life.number].written.pk
        for happening, change in events:
            happening.identity = change.written.pk

    def _amend(self, group: list[Life], wave: int) -> None:
        """Promises put off, amounts revised, wrong days corrected, mistakes withdrawn."""
        from guatu.kernel import actions
        from guatu.kernel.bulk import by_ids
        from guatu.kernel.changes import Change
        from guatu.projects.models import Milestone, Project, StageEvent

        known = {life.identity: life for life in group if life.identity is not None}
        promises = {(row.project_id, row.event): row for row in by_ids(Milestone, known, "project_id")}
        projects = {row.pk: row for row in by_ids(Project, known)}
        wrong = {
            happening.identity: happening
            for life in known.values()
            for happening in life.happenings
            if happening.corrected and happening.wave == wave - 1
        }
        changes = [
            Change("change", StageEvent, {"valid_on": wrong[row.pk].corrected}, row=row, reason="原记日期有误")
            for row in by_ids(StageEvent, wrong)
        ]
        moved: dict[tuple, list] = defaultdict(list)
        for pk, life in known.items():
            for move in life.moves:
                if move.wave == wave:
                    moved[pk, move.event].append(move)
            if life.revised and life.revised[1] == wave:
                day, _wave, amount = life.revised
                changes.append(Change("change", Project, {"investment": amount}, row=projects[pk], valid_on=day))
            if life.withdrawn_in == wave:
                changes.append(Change("withdraw", Project, row=projects[pk], reason="重复录入"))
        for key, moves in moved.items():
            # One batch changes a row once; a second move within a wave is left out.
            changes.append(
                Change(
                    "change",
                    Milestone,
                    {"due_on": moves[-1].due, "due_precision": "day"},
                    row=promises[key],
                    valid_on=moves[-1].day,
                    reason="用地手续延后",
                    approver="总指挥",
                )
            )
        if changes:
            actions.write(self.actor, changes, note=f"第{wave + 1}次核实")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    django.setup()
    began = time.monotonic()

    def show(done: int, total: int) -> None:
        print(f"\r  {done}/{total} steps, {time.monotonic() - began:.0f} s", end="", file=sys.stderr, flush=True)

    Builder(options.projects, options.seed, timezone.localdate(), show).build()
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
