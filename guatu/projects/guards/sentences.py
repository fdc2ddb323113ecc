"""Objections to new progress, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.projects.choices import EVENTS
from guatu.projects.rules.stages import Objection


def sentence(found: Objection) -> str:
    labels = dict(EVENTS)
    words = {name: labels.get(value, value) for name, value in found.words.items()}
    return {
        "future": _("%(day)s has not come yet. An actual event lies in the past; record a plan as planned."),
        "before_present": _(
            "%(day)s lies before the project's latest event of %(present)s. New progress comes after it; "
            "what happened earlier is sourced history."
        ),
        "not_running": _("The project is %(status)s. Record that it is resumed first."),
        "late_beginning": _(
            "The project has no stage yet, so new progress begins with “negotiating”, not with “%(stage)s”. "
            "If it happened long ago, record it as sourced history."
        ),
        "reached": _("“%(stage)s” was reached on %(day)s already. To correct that day, change that event."),
        "regress": _(
            "“%(stage)s” lies before the present stage “%(present)s”. If the project really fell back, "
            "mark the event as a step back and give the reason."
        ),
        "not_back": _("“%(stage)s” lies after the present stage “%(present)s”, so it is no step back."),
        "skip": _(
            "From “%(present)s” the next stage is “%(next)s”; “%(stage)s” would skip it. Record the stages in order, "
            "or as sourced history with a source."
        ),
        "no_stage": _("The project has no stage yet, so it can be neither paused, resumed nor cancelled."),
        "running": _("The project is running; there is nothing to resume."),
    }[found.code] % words
