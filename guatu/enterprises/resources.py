from guatu.enterprises import guards  # noqa: F401  (registers the guards)
from guatu.enterprises.models import Enterprise
from guatu.kernel.registry import register
from guatu.kernel.resource import Resource


@register
class Enterprises(Resource):
    model = Enterprise
    name = "enterprises"
    columns = ["code", "name", "short_name", "former_names", "uscc", "zone", "note", "source"]
    shown = ["code", "name", "short_name", "uscc", "zone", "note"]
    search = ["code", "name", "short_name", "former_names", "uscc"]
    filters = ["zone"]
    match = [("code",), ("uscc",), ("name",)]
    reference = "name"
    also_known_by = ["short_name", "former_names"]
    select = ["zone", "source"]

    def is_same(self, row, values):
        """Two different credit codes are two enterprises, even under one name."""
        return not (row.uscc and values.get("uscc") and row.uscc != values["uscc"])
