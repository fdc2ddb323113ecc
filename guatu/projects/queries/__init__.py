"""Reads of projects: the five lists, the difference between two days, lights, and one project's page."""

from .lights import lights, lights_of
from .lists import FiveLists, difference, five_lists
from .moment import Moment, moment
from .project import project_page
from .rows import StateRow, states_of

__all__ = [
    "FiveLists",
    "Moment",
    "StateRow",
    "difference",
    "five_lists",
    "lights",
    "lights_of",
    "moment",
    "project_page",
    "states_of",
]
