"""Tables of outreach, by noun."""

from guatu.outreach.models.admission import AdmissionDecision, AdmissionOpinion, AdmissionSheet
from guatu.outreach.models.leads import Claim, Lead, LeadContact, LeadState
from guatu.outreach.models.targets import Target, TargetList
from guatu.outreach.models.trips import Trip, TripCost, Visit
from guatu.outreach.models.visit_leads import VisitLead

__all__ = [
    "AdmissionDecision", "AdmissionOpinion", "AdmissionSheet", "Claim", "Lead", "LeadContact", "LeadState", "Target", "TargetList",
    "Trip", "TripCost", "Visit", "VisitLead",
]  # fmt: skip
