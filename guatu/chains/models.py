from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.chains.choices import (
    ENTERPRISE_ROLES,
    NODE_ROLES,
    POSTS,
    PROPOSAL_KINDS,
    PROPOSAL_STATES,
    TIERS,
    VERDICTS,
)
from guatu.enterprises.models import Enterprise
from guatu.kernel.models import Fact, Organisation, SourcedRecord, User
from guatu.kernel.models.people import zones_only


class Chain(SourcedRecord):
    scope_paths = None  # chains are common knowledge of the city; what stands on them is scoped

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    tier = models.CharField(_("tier"), max_length=20, blank=True, choices=TIERS)
    target_scale_cny = models.DecimalField(_("target scale"), max_digits=15, decimal_places=2, null=True, blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("chain")
        verbose_name_plural = _("chains")
        ordering = ["code"]

    def __str__(self):
        return self.name


class EnterpriseRole(SourcedRecord):
    """What an enterprise is to a chain, or to the zone when no chain is named."""

    scope_paths = ("enterprise__zone",)
    named_by = ("enterprise",)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="roles", verbose_name=_("enterprise"))
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("chain")
    )
    role = models.CharField(_("role"), max_length=20, choices=ENTERPRISE_ROLES)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("enterprise role")
        verbose_name_plural = _("enterprise roles")
        ordering = ["chain", "role", "enterprise"]

    def __str__(self):
        return f"{self.enterprise} · {self.get_role_display()}"


class MappingVerdict(Fact):
    """A person's verdict on what an enterprise is to a node of a chain, from a day on: it goes before what texts say.

    `key` is the enterprise's in the register; `name` as it was called when it was judged. With a role, a confirmation
    overrides the role that the texts show, or adds an enterprise whose texts show none.
    """

    scope_paths = None  # what an enterprise makes is common knowledge, like the chain

    key = models.CharField(_("key in the register"), max_length=80, db_index=True)
    name = models.CharField(_("enterprise"), max_length=300, blank=True)
    chain = models.CharField(_("chain"), max_length=60)
    node = models.CharField(_("node"), max_length=60)
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICTS)
    role = models.CharField(_("role"), max_length=10, choices=NODE_ROLES, blank=True)
    reason = models.TextField(_("reason"))

    class Meta(Fact.Meta):
        verbose_name = _("verdict on a mapping")
        verbose_name_plural = _("verdicts on mappings")
        ordering = ["chain", "node", "key", "counts_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "chain", "node", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_verdict_a_day",
            )
        ]
        indexes = [models.Index(fields=["chain", "node"], name="verdict_chain_node")]

    def __str__(self):
        return f"{self.name or self.key} · {self.chain}/{self.node} · {self.get_verdict_display()}"


class ChainPost(Fact):
    """Who holds a post of a chain from a day on: its lead 链长, a deputy, a member of its group 链组, or its office 链办.

    `until` is the last day in the post, None while it is held. Without a zone the post is for the whole city. `name` is
    how the person, or the office, is written; `user` who it is here, where they have an account.
    """

    scope_paths = None  # who answers for a chain is made known
    named_by = ("chain",)

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="posts", verbose_name=_("chain"))
    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    post = models.CharField(_("post of the chain"), max_length=20, choices=POSTS)
    name = models.CharField(_("person or office"), max_length=100)
    title = models.CharField(_("office held"), max_length=200, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("user"))
    until = models.DateField(_("last day in the post"), null=True, blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("post of a chain")
        verbose_name_plural = _("posts of chains")
        ordering = ["chain", "post", "counts_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "zone", "post", "name", "valid_on"], nulls_distinct=False,
                condition=models.Q(superseded_by=None, withdrawn=False), name="one_post_a_person_and_day",
            )
        ]

    def __str__(self):
        return f"{self.chain.name} · {self.get_post_display()} · {self.name}"


class ChainPlan(Fact):
    """The plan of a chain 一链一策, from the day it holds: its text, or the document attached to it. As of any day the
    newest one counts."""

    scope_paths = None
    named_by = ("chain",)

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="plans", verbose_name=_("chain"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("plan of a chain")
        verbose_name_plural = _("plans of chains")
        ordering = ["chain", "counts_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_plan_a_chain_and_day",
            )
        ]

    def __str__(self):
        return f"{self.chain.name} · {self.title}"


class ChainEdition(Fact):
    """A chain's structure as an office has published it, in force from `valid_on` until the day of the next edition.

    `body` are the fields of the chain's file, checked as on load; `sha256` is its digest, by which it is read once.
    """

    scope_paths = None  # what a chain consists of is common knowledge, like the chain
    unworded = frozenset({"body"})

    chain = models.CharField(_("chain"), max_length=60)
    body = models.JSONField(_("structure of the chain"))
    sha256 = models.CharField(_("digest of the structure"), max_length=64)

    class Meta(Fact.Meta):
        verbose_name = _("edition of a chain")
        verbose_name_plural = _("editions of chains")
        ordering = ["chain", "counts_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_edition_a_chain_and_day",
            )
        ]

    def __str__(self):
        return f"{self.chain} · {self.valid_on}"


class ChainDraft(models.Model):
    """What an office is writing as the next edition of a chain; one for each chain, shared by those who may publish.

    It is no record: nothing is in force by it, and it goes when it is published or thrown away. `version` grows with each
    edit, so that two people do not write over each other; `base` is the edition from which it was opened, None the file.
    """

    chain = models.CharField(_("chain"), max_length=60, unique=True)
    base = models.BigIntegerField(null=True)
    body = models.JSONField(_("structure of the chain"))
    version = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a chain")
        verbose_name_plural = _("drafts of chains")
        ordering = ["chain"]

    def __str__(self):
        return self.chain


class ChainProposal(models.Model):
    """What a graph of products proposes for a chain (`rules/proposals.py`), until a person accepts it into the draft or
    rejects it. It is no record: what is accepted is told by the edition. `mark` stays the same whatever says so, so that
    what was rejected is not asked again."""

    chain = models.CharField(_("chain"), max_length=60)
    mark = models.CharField(max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=PROPOSAL_KINDS)
    word = models.CharField(_("word"), max_length=500)
    node = models.CharField(_("node"), max_length=60)
    body = models.JSONField()  # the proposal's own fields, with its first rows
    said = models.PositiveIntegerField(_("rows that say so"))
    sellers = models.PositiveIntegerField(_("firms that report it"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=PROPOSAL_STATES, default="open")
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("proposal for a chain")
        verbose_name_plural = _("proposals for chains")
        ordering = ["-said", "-sellers", "id"]
        constraints = [models.UniqueConstraint(fields=["chain", "mark"], name="one_proposal_a_chain_and_mark")]
        indexes = [models.Index(fields=["chain", "state", "kind"], name="proposal_chain_state")]

    def __str__(self):
        return f"{self.chain} · {self.word}"
