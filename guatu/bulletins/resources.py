"""The resource of bulletins."""

from django.utils.translation import gettext_lazy as _

from guatu.bulletins import guards, jobs, receivers  # noqa: F401  (registered by being imported)
from guatu.bulletins.actions import number_words
from guatu.bulletins.models import Bulletin
from guatu.kernel.columns import LongText
from guatu.kernel.registry import register
from guatu.kernel.resource import Computed, Resource

GIVEN = {"read_only": True}


@register
class Bulletins(Resource):
    model = Bulletin
    name = "bulletins"
    columns = [
        ("code", GIVEN), "title", ("zone", GIVEN), ("unit", GIVEN), "issuer", ("language", GIVEN), ("as_of", GIVEN),
        ("since", GIVEN), ("state", GIVEN), ("year", GIVEN), ("number", GIVEN), ("issued_on", GIVEN),
        ("issued_by", GIVEN), ("corrects", GIVEN), ("withdrawal_reason", GIVEN), ("known_number", GIVEN),
        ("sha256", GIVEN), ("text", {"read_only": True, "kind": LongText}),
    ]
    shown = ["title", "issue", "state", "as_of", "zone", "unit", "issued_on"]
    computed = [Computed("issue", _("number of the issue"))]
    search = ["code", "title", "issuer", "text"]
    filters = ["state", "zone", "unit", "year"]
    ordering = ["-as_of", "-id"]
    also_known_by = ["title"]
    select = ["zone", "unit", "issued_by", "corrects"]
    made_by_hand = False
    intro = _("How projects stood as of a day, in words: drafted from the rows, edited, issued and then never changed.")

    def compute(self, rows, scope, as_of):
        return {row.pk: {"issue": number_words(row)} for row in rows}
