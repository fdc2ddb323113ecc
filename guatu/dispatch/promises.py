"""What the monthly dispatch says of its promises to everybody who shows lights: they are about projects, and answered
for by the same people as milestones."""

from __future__ import annotations

from guatu.dispatch.models import Correction, ProgressReport
from guatu.kernel.commitments import Kind, commitment_kind
from guatu.projects.promises import Milestones


@commitment_kind
class Reports(Milestones):
    model = ProgressReport
    yellow_parameter = "dispatch.yellow_workdays"
    label = Kind.label


@commitment_kind
class Corrections(Reports):
    model = Correction
