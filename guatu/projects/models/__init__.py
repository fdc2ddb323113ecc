"""Tables of projects."""

from .ledger import ArrivedFunds, PlannedInvestment, ReportedInvestment, StatisticsEntry, YearTarget
from .milestones import Milestone
from .monthly import MonthlyInvestment, ProjectProgress
from .obstacles import Obstacle
from .plans import Plan, PlanBaseline, PlanLink, PlanNeed, PlanResource, PlanState, PlanTask
from .projects import Project, StageEvent
from .states import ProjectState, Signature

__all__ = [
    "ArrivedFunds", "Milestone", "MonthlyInvestment", "Obstacle", "Plan", "PlanBaseline", "PlanLink", "PlanNeed",
    "PlanResource", "PlanState", "PlanTask", "PlannedInvestment", "Project", "ProjectProgress", "ProjectState",
    "ReportedInvestment", "Signature", "StageEvent", "StatisticsEntry", "YearTarget",
]
