from django.utils.translation import gettext_lazy as _

TIERS = [
    ("master", _("leading chain")),
    ("key", _("key chain")),
    ("advantage", _("chain of strength")),
    ("emerging", _("emerging chain")),
    ("traditional", _("traditional chain")),
]

ENTERPRISE_ROLES = [
    ("chain_master", _("chain master")),
    ("supplier", _("supplier")),
    ("customer", _("customer")),
    ("tenant", _("tenant")),
    ("investor", _("investor")),
    ("foreign", _("foreign-funded")),
    ("platform_company", _("platform company")),
]

#: Posts of a chain, in the order in which they are shown.
POSTS = [
    ("lead", _("chain lead")),
    ("deputy", _("deputy chain lead")),
    ("member", _("member of the chain group")),
    ("office", _("chain office")),
]

#: What an enterprise does with the products of a node.
NODE_ROLES = [
    ("makes", _("makes")),
    ("develops", _("develops")),
    ("sells", _("sells")),
    ("serves", _("serves")),
]

VERDICTS = [
    ("confirm", _("confirmed")),
    ("reject", _("rejected")),
]

#: What a graph of products may propose for a chain.
PROPOSAL_KINDS = [
    ("term", _("new term")),
    ("node", _("new node")),
    ("edge", _("new edge")),
]
PROPOSAL_STATES = [
    ("open", _("to decide")),
    ("accepted", _("taken into the draft")),
    ("rejected", _("turned down")),
]
