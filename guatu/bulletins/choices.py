"""Closed sets of bulletins."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DRAFT, ISSUED, WITHDRAWN = "draft", "issued", "withdrawn"

STATES = [
    (DRAFT, pgettext_lazy("bulletin", "draft")),
    (ISSUED, pgettext_lazy("bulletin", "issued")),
    (WITHDRAWN, pgettext_lazy("bulletin", "withdrawn")),
]

LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]

#: Kind of document under which a zone's own Word template lies with the zone.
TEMPLATE_KIND = "bulletin_template"
