"""Tables of projects."""

from .milestones import Milestone
from .monthly import MonthlyInvestment, ProjectProgress
from .projects import Project, StageEvent
from .states import ProjectState, Signature

__all__ = [
    "Milestone", "MonthlyInvestment", "Project", "ProjectProgress", "ProjectState", "Signature", "StageEvent",
]
