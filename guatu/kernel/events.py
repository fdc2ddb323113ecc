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
_gatherers: dict[type, list[Callable]] = defaultdict(list)


def listen(event_type: type):
    def keep(function):
        _listeners[event_type].append(function)
        return function

    return keep


def listen_together(event_type: type):
    """As `listen`, for a listener that takes all events of one write at once, because each alone would cost queries."""

    def keep(function):
        _gatherers[event_type].append(function)
        return function

    return keep


def publish(*events) -> None:
    """Tells of events of one type, in their order."""
    for event in events:
        for listener in _listeners[type(event)]:
            listener(event)
    for gatherer in _gatherers[type(events[0])] if events else ():
        gatherer(events)


@dataclass(frozen=True)
class DayTurned:
    """A new day has begun and its values are in force. Published once a day, inside the transaction of the turn."""

    day: date
    former: date | None
