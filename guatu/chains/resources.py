from guatu.chains.models import Chain, EnterpriseRole
from guatu.kernel.registry import register
from guatu.kernel.resource import Resource


@register
class Chains(Resource):
    model = Chain
    name = "chains"
    columns = [
        "code",
        "name",
        "zone",
        "tier",
        ("target_scale_cny", {"unit": "亿元", "names": ("target_scale_yi",)}),
        "note",
        "source",
    ]
    shown = ["code", "name", "zone", "tier", "target_scale_cny", "source"]
    search = ["code", "name"]
    filters = ["zone", "tier"]
    also_known_by = ["name"]
    select = ["zone", "source"]


@register
class EnterpriseRoles(Resource):
    model = EnterpriseRole
    name = "enterprise_roles"
    columns = [("enterprise", {"names": ("name",)}), "chain", "role", "note", "source"]
    search = ["enterprise__name", "chain__name", "note"]
    filters = ["chain", "role"]
    match = [("enterprise", "chain", "role")]
    reference = "role"
    select = ["enterprise", "chain", "source"]
