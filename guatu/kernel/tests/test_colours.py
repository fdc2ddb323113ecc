"""The colour that SQL gives a commitment is the colour that its explained light gives, whatever the row and the day."""

import random
from datetime import date, timedelta

import pytest
from django.db.models import Q

from guatu.kernel.commitments import RANKED, colour_rank, in_force, lit
from guatu.kernel.models import CommitmentState
from guatu.kernel.rules.calendar import WorkCalendar, YearNotice

CALENDAR = WorkCalendar({
    2025: YearNotice(
        2025,
        holidays=frozenset(date(2025, 10, n) for n in range(1, 9)),
        workdays=frozenset([date(2025, 9, 28), date(2025, 10, 11)]),
    )
})
FIRST = date(2025, 9, 1)


def random_state(chance: random.Random, subject: int) -> CommitmentState:
    def day(spread: int = 60) -> date:
        return FIRST + timedelta(days=chance.randrange(spread))

    due = day()
    state = CommitmentState(
        subject_type=chance.choice(["a.one", "a.two"]), subject_id=subject, about_type="a.thing", about_id=1, code="",
        title="", due_on=due, due_precision="day", first_due_on=due, moves=0,
        done_on=chance.choice([None, None, due, due - timedelta(days=1), due + timedelta(days=1), day()]),
        valid_from=date(2025, 1, 1), valid_to=date(9999, 12, 31), recorded_from=1,
    )
    if chance.random() < 0.5:
        state.override_colour = chance.choice(RANKED[:3])
        state.override_from = day()
        state.override_until = state.override_from + timedelta(days=chance.randrange(10))
        state.override_reason = "督办"
    return state


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_sql_agrees_with_the_explained_light(seed):
    chance = random.Random(seed)
    CommitmentState.objects.bulk_create([random_state(chance, n) for n in range(400)])
    for _round in range(12):
        as_of = FIRST + timedelta(days=chance.randrange(70))
        one, two = chance.randrange(12), chance.randrange(12)
        for yellow, days in [
            (one, lambda state, one=one: one),
            ([(Q(subject_type="a.one"), one), (Q(), two)],
             lambda state, one=one, two=two: one if state.subject_type == "a.one" else two),
        ]:
            rows = in_force(as_of, 5).annotate(rank=colour_rank(as_of, CALENDAR, yellow))
            wrong = [
                state for state in rows
                if RANKED[state.rank] != str(lit(state, as_of, days(state), CALENDAR).light.colour)
            ]
            assert not wrong
            assert rows.filter(rank=0).count() == sum(state.rank == 0 for state in rows)
