"""Closed sets of outreach; the order of a lead's stages is theirs in `rules.leads`."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

LEAD_STAGES = [
    ("new", pgettext_lazy("lead", "noted")),
    ("contacted", pgettext_lazy("lead", "contacted")),
    ("talking", pgettext_lazy("lead", "in talks")),
    ("visited", pgettext_lazy("lead", "site visited")),
    ("agreed", pgettext_lazy("lead", "agreed in principle")),
    ("converted", pgettext_lazy("lead", "turned into a project")),
    ("lost", pgettext_lazy("lead", "lost")),
]
LEAD_STAGE_LABELS = dict(LEAD_STAGES)

#: Where a lead came from.
ORIGINS = [
    ("target", _("target list")),
    ("trip", _("trip to the firm")),
    ("received", _("visit of the firm")),
    ("referral", _("referred by a firm that is here")),
    ("association", _("chamber or association")),
    ("agency", _("agency")),
    ("fund", _("fund")),
    ("exhibition", _("exhibition or forum")),
    ("assigned", _("assigned from above")),
    ("own", _("the firm came by itself")),
    ("other", pgettext_lazy("lead", "other")),
]
ORIGIN_LABELS = dict(ORIGINS)

LOST_REASONS = [
    ("land", _("land or buildings")),
    ("policy", _("policy and money offered")),
    ("supply", _("suppliers or customers")),
    ("people", _("people to employ")),
    ("cost", _("cost of energy and operation")),
    ("approval", _("approvals")),
    ("funds", _("the firm's money")),
    ("market", _("the market changed")),
    ("elsewhere", _("better terms elsewhere")),
    ("refused", _("not admitted here")),
    ("other", pgettext_lazy("lead", "other")),
]

CONTACT_WAYS = [
    ("call", _("telephone")),
    ("message", _("letter or message")),
    ("online", _("online meeting")),
    ("visit", _("visit to the firm")),
    ("received", _("visit of the firm")),
    ("meeting", _("meeting elsewhere")),
]

ENVIRONMENT = [
    ("exempt", _("needs no review")),
    ("form", _("registration form")),
    ("table", _("report form")),
    ("report", _("full report")),
    ("restricted", _("restricted by the environment rules")),
]
OPINIONS = [("agree", _("agrees")), ("conditions", _("agrees under conditions")), ("disagree", _("does not agree"))]
DECISIONS = [
    ("land", _("admitted, with land")),
    ("unit", _("admitted, with a unit in a park")),
    ("deferred", _("deferred")),
    ("refused", _("not admitted")),
]
ADMISSION_FORMS = [("land", _("land of its own")), ("unit", _("a unit in a park"))]
OUTCOMES = [
    ("admit", _("meets the rule")),
    ("opinion", _("for people to decide")),
    ("refuse", _("below the rule")),
    ("incomplete", _("figures are missing")),
]

#: Words of the history for what is done with leads and claims; it looks them up by the last part of the verb.
HISTORY_WORDS = (
    gettext_noop("contacted"), gettext_noop("talking"), gettext_noop("visited"), gettext_noop("agreed"),
    gettext_noop("converted"), gettext_noop("lost"), gettext_noop("in touch"), gettext_noop("claimed"),
    gettext_noop("renewed"), gettext_noop("given back"), gettext_noop("ruled"),
)
