"""Closed sets of enterprises."""

from django.utils.translation import gettext_lazy as _

SAME_OR_NOT = [("same", _("the same enterprise")), ("different", _("two enterprises"))]
