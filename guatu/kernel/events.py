"""Frozen events by which a lower app tells upper ones what happened, inside the same transaction.

@dataclass(frozen=True)
class StageReached:
    project_id: int
    ...

@listen(StageReached)
def tell_the_chain(event): ...
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_listeners: dict[type, list[Callable]] = defaultdict(list)


def listen(event_type: type):
    def keep(function):
        _listeners[event_type].append(function)
        return function

    return keep


def publish(event) -> None:
    for listener in _listeners[type(event)]:
        listener(event)


@dataclass(frozen=True)
class DayTurned:
    """A new day has begun and its values are in force. Published once a day, inside the transaction of the turn."""

    day: date
    former: date | None
