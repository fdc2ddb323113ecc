"""Rules of projects, asked on every write."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.projects.models import Project


@guard(Project)
def codes(batch: Batch) -> None:
    give_codes(batch, Project, "P")


@guard(Project)
def batches(batch: Batch) -> None:
    """A batch lies in no batch, has a count, and a project is not a member of itself; amounts are not negative."""
    for change in batch.of(Project):
        if change.op == "withdraw":
            continue
        parent, count = change.after("batch"), change.after("declared_count")
        if change.after("category") == "batch" and count is None:
            change.values["declared_count"] = count = 1
        if parent is not None and count is not None:
            batch.refuse(
                change, Faulty("batch", _("A batch cannot itself lie in a batch. Leave one of the two empty."), "batch")
            )
        if change.row is not None and parent == change.row.pk:
            batch.refuse(change, Faulty("batch", _("A project cannot be a member of itself."), "batch"))
        if isinstance(parent, int) and change.values.get("batch") == parent:
            target = Project.everything.filter(pk=parent).values_list("declared_count", flat=True).first()
            if target is None:
                batch.refuse(
                    change,
                    Faulty(
                        "batch",
                        _(
                            "The project named as batch is not a batch: it states no number of "
                            "projects. Give it one first."
                        ),
                        "batch",
                    ),
                )
        for name in ("investment", "land_area_m2", "annual_output_cny"):
            value = change.after(name)
            if value is not None and value < 0:
                batch.refuse(
                    change,
                    Faulty(
                        "negative", _("“%s” cannot be below zero.") % Project._meta.get_field(name).verbose_name, name
                    ),
                )
