"""Reads of projects: the five lists, the difference between two days, lights, and one project's page."""

from .difference import difference
from .facts import ProjectFacts, project_facts
from .history import project_history
from .light_board import LightBoard, light_board
from .lights import ProjectLight, counts, lights, lights_of
from .lists import FiveLists, five_lists
from .moment import Moment, moment
from .orders import SORTS, names_of, order_of
from .project import project_page
from .rows import StateRow, states_of

__all__ = [
    "SORTS",
    "FiveLists",
    "LightBoard",
    "Moment",
    "ProjectFacts",
    "ProjectLight",
    "StateRow",
    "counts",
    "difference",
    "five_lists",
    "light_board",
    "lights",
    "lights_of",
    "moment",
    "names_of",
    "order_of",
    "project_facts",
    "project_history",
    "project_page",
    "states_of",
]
