"""Tables of projects."""

from .milestones import Milestone
from .projects import Project, StageEvent
from .states import ProjectState, Signature

__all__ = ["Milestone", "Project", "ProjectState", "Signature", "StageEvent"]
