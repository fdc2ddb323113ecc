"""Reasons of a matching in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.enterprises.rules.matching import REASONS, Reason

STATUSES = {"automatic": gettext_lazy("the same"), "doubtful": gettext_lazy("doubtful"), "none": gettext_lazy("nobody")}


def in_words(reasons: Iterable[Reason]) -> list[str]:
    return [_(REASONS[reason.code]) % dict(reason.words) if reason.words else _(REASONS[reason.code]) for reason in reasons]
