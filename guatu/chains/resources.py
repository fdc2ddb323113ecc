from django.utils.translation import gettext_lazy as _

from guatu.chains import guards, people_guards  # noqa: F401  (registers the guards)
from guatu.chains.models import Chain, ChainEdition, ChainPlan, ChainPost, EnterpriseRole, MappingVerdict
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


@register
class MappingVerdicts(Resource):
    """Given on the page of a node or by `guatu chains judge`, where the enterprise is looked up in the register."""

    model = MappingVerdict
    name = "mapping_verdicts"
    columns = ["key", "name", "chain", "node", "valid_on", "verdict", "role", "reason", "note", "source"]
    shown = ["name", "chain", "node", "valid_on", "verdict", "role", "reason"]
    search = ["key", "name", "chain", "node", "reason", "note"]
    filters = ["verdict", "role"]
    match = [("key", "chain", "node", "valid_on")]
    reference = "name"
    select = ["source"]
    made_by_hand = False


@register
class ChainPosts(Resource):
    model = ChainPost
    name = "chain_posts"
    columns = [
        "chain",
        "zone",
        "post",
        "name",
        "title",
        "user",
        ("valid_on", {"names": ("from", "任职日")}),
        ("until", {"names": ("离任日",)}),
        "note",
        "source",
    ]
    search = ["name", "title", "chain__name", "note"]
    filters = ["chain", "zone", "post"]
    match = [("chain", "zone", "post", "name", "valid_on")]
    select = ["chain", "zone", "user", "source"]


@register
class ChainPlans(Resource):
    model = ChainPlan
    name = "chain_plans"
    columns = ["chain", "title", "text", ("valid_on", {"names": ("from", "施行日")}), "note", "source"]
    shown = ["chain", "title", "valid_on", "source"]
    search = ["title", "text", "chain__name", "note"]
    filters = ["chain"]
    match = [("chain", "valid_on")]
    select = ["chain", "source"]


@register
class ChainEditions(Resource):
    """Published on the page of a chain, where a draft is checked; the structure comes and goes as YAML there."""

    model = ChainEdition
    name = "chain_editions"
    columns = [("chain", {"read_only": True}), ("valid_on", {"read_only": True}), "note", "source"]
    search = ["chain", "note"]
    filters = []
    match = [("chain", "valid_on")]
    reference = "chain"
    select = ["source"]
    made_by_hand = False
    intro = _("An edition is published on its chain's page, under “Editions”.")
