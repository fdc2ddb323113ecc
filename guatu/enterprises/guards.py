"""Rules of enterprises, asked on every write."""

from django.utils.translation import gettext as _
from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError

from guatu.enterprises.matching import duplicates
from guatu.enterprises.matching.words import in_words
from guatu.enterprises.models import Enterprise, EnterpriseMerge, MatchVerdict, ZoneTerritory
from guatu.enterprises.rules.likeness import Known
from guatu.enterprises.rules.matching import Likeness
from guatu.enterprises.rules.territory import TEMPLATES, BadTerritory, parse_codes, parse_patterns
from guatu.kernel.changes import Batch
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.kernel.validation import is_shown


@guard(Enterprise)
def codes(batch: Batch) -> None:
    give_codes(batch, Enterprise, "E")


@guard(Enterprise)
def credit_code(batch: Batch) -> None:
    """GB 32100-2015: 18 characters with a check character."""
    for change in batch.of(Enterprise):
        code = change.values.get("uscc")
        if not code:
            continue
        try:
            change.values["uscc"] = stdnum_uscc.validate(code)
        except ValidationError:
            batch.refuse(
                change,
                Faulty(
                    "uscc",
                    _(
                        "“%s” is not a unified social credit code: its 18 characters or its check character are wrong. "
                        "Copy it again from the business licence, or leave it out."
                    )
                    % code,
                    "uscc",
                ),
            )


#: Likely duplicates that are told of one row.
MOST_TOLD = 3


@guard(Enterprise)
def likely_duplicates(batch: Batch) -> None:
    """Who may be the enterprise that is being written is told before anything is written, and never blocks."""
    wanted = [
        change for change in batch.of(Enterprise)
        if change.op == "create" or (change.op == "change" and {"name", "short_name", "uscc"} & change.values.keys()
                                     and "merged_into" not in change.values)
    ]
    if not wanted or any(change.model is EnterpriseMerge for change in batch.changes):
        return
    book, least = duplicates.book(), duplicates.least()
    judged = None
    for change in wanted:
        one = duplicates.known(
            0 if change.row is None else change.row.pk, "" if change.row is None else change.row.code,
            *(change.after(name) for name in ("uscc", "name", "short_name", "former_names")))
        for likeness, row in book.like(one, least)[:MOST_TOLD]:
            if change.row is not None:
                judged = duplicates.verdicts() if judged is None else judged
                if judged.get(tuple(sorted((change.row.code, row.code)))) == "different":
                    continue
            batch.warn(change, Faulty("likely_duplicate", _called(batch, row, likeness), "name"))


@guard(EnterpriseMerge)
def merged_by_its_action(batch: Batch) -> None:
    """A merge is more than its own row: it is made and undone by the action that moves what names the enterprise."""
    for change in batch.of(EnterpriseMerge):
        gone = change.after("gone_id" if change.row is not None and "gone" not in change.values else "gone")
        if not any(other.model is Enterprise and other.row is not None and other.row.pk == gone
                   and "merged_into" in other.values for other in batch.changes):
            batch.refuse(change, Faulty("merge_by_action", _(
                "Merges are made from the list of likely duplicates and undone on the page of the enterprise that was kept, so "
                "that everything that names it moves along."), "gone"))


@guard(MatchVerdict)
def two_codes_in_order(batch: Batch) -> None:
    """A pair is judged once, whichever of the two is named first."""
    for change in batch.of(MatchVerdict):
        if change.op == "withdraw":
            continue
        left, right = change.after("left"), change.after("right")
        if left == right:
            batch.refuse(change, Faulty("likeness_same", _("“%s” cannot be like itself. Give two codes.") % left, "right"))
        elif left > right:
            change.values["left"], change.values["right"] = right, left


#: China with its seas, in degrees; a centre outside was typed into the wrong field.
LONGITUDES, LATITUDES = (73, 136), (3, 54)


@guard(ZoneTerritory)
def territory(batch: Batch) -> None:
    """Codes and texts that can be read, kept in one form; a centre of two coordinates within China, or none."""
    for change in batch.of(ZoneTerritory):
        if change.op == "withdraw":
            continue
        for name, parse, joint in (("region_codes", parse_codes, ";"), ("address_patterns", parse_patterns, "\n")):
            if change.op == "create" or name in change.values:
                try:
                    change.values[name] = joint.join(parse(change.after(name) or ""))
                except BadTerritory as bad:
                    batch.refuse(change, Faulty(bad.code, _(TEMPLATES[bad.code]) % bad.words, name))
        longitude, latitude = change.after("longitude"), change.after("latitude")
        if (longitude is None) != (latitude is None):
            batch.refuse(change, Faulty("centre_half", _(
                "A centre has a longitude and a latitude. Give both, or leave both empty."),
                "latitude" if latitude is None else "longitude"))
        elif longitude is not None and not (
            LONGITUDES[0] <= longitude <= LONGITUDES[1] and LATITUDES[0] <= latitude <= LATITUDES[1]
        ):
            batch.refuse(change, Faulty("centre_away", _(
                "%(longitude)s east, %(latitude)s north lies outside China. Give longitude and latitude in degrees, such as "
                "120.198 and 35.961.") % {"longitude": longitude, "latitude": latitude}, "longitude"))


def _called(batch: Batch, row: Known, likeness: Likeness) -> str:
    why = _("; ").join(in_words(likeness.reasons))
    if is_shown(batch, Enterprise, row.pk):
        return _(
            "This may be “%(name)s” (%(code)s), which is here already: %(why)s. If it is the same one, change that row instead."
        ) % {"name": row.title, "code": row.code, "why": why}
    return _(
        "This may be an enterprise kept by a zone whose rows you may not see: %s. Ask an administrator whether it is the same "
        "one."
    ) % why
