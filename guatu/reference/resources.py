from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty
from guatu.kernel.models import Source
from guatu.kernel.registry import register
from guatu.kernel.resource import Resource
from guatu.reference.models import IndicatorDefinition, IndicatorValue
from guatu.reference.rules.periods import end_of_period


@register
class IndicatorDefinitions(Resource):
    model = IndicatorDefinition
    name = "indicator_definitions"
    columns = ["name", "unit", "note", "source"]
    search = ["name"]
    filters = ["unit"]
    match = [("name",)]
    reference = "name"
    select = ["source"]


@register
class Indicators(Resource):
    model = IndicatorValue
    name = "indicators"
    columns = [
        "zone",
        "indicator",
        "period",
        "value",
        "unit",
        "target",
        "target_basis",
        "last_value",
        "last_value_basis",
        "reported_rate_pct",
        "rate_kind",
        "note",
        "source",
    ]
    search = ["indicator__name", "note", "period"]
    filters = ["zone", "period", "unit"]
    match = [("zone", "indicator", "period")]
    select = ["zone", "indicator", "source"]

    def prepare(self, values, row, cells, lookup):
        """The day a value counts from is the end of its period; without a period, the day its source was published."""
        if row is None or "period" in values:
            period = values.get("period") or ""
            end = end_of_period(period)
            if end is None and period:
                raise Faulty(
                    "period",
                    _(
                        "“%s” is not a period. Write 2022, 2022H1, 2022Q1, 2022Q1-Q3, 2022-06 or "
                        "2019-08/2022-06, or leave it empty."
                    )
                    % period,
                    "period",
                )
            if end is None:
                source = Source.everything.filter(pk=values.get("source")).first() if values.get("source") else None
                end = source.published_on if source is not None and source.published_on else timezone.localdate()
                if row is not None:
                    end = row.valid_on
            values["valid_on"] = end
        return values
