"""Rules of enterprises, asked on every write."""

from django.utils.translation import gettext as _
from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError

from guatu.enterprises.models import Enterprise, ZoneTerritory
from guatu.enterprises.rules.territory import TEMPLATES, BadTerritory, parse_codes, parse_patterns
from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.kernel.rules.cells import normalise_text
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


@guard(Enterprise)
def likely_duplicates(batch: Batch) -> None:
    """A name already borne by another enterprise warns and never blocks."""
    wanted: dict[str, list[Change]] = {}
    for change in batch.of(Enterprise):
        if change.op == "withdraw" or (change.op == "change" and not {"name", "short_name"} & change.values.keys()):
            continue
        for name in filter(None, (change.after("name"), change.after("short_name"))):
            wanted.setdefault(normalise_text(name), []).append(change)
    for chunk in chunks(sorted(wanted)):
        for field in ("name", "short_name"):
            for pk, code, name in Enterprise.everything.filter(withdrawn=False, **{f"{field}__in": chunk}).values_list(
                "pk", "code", field
            ):
                for change in wanted.get(name, []):
                    if change.row is None or change.row.pk != pk:
                        batch.warn(change, Faulty("likely_duplicate", _called(batch, pk, code, name), "name"))


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


def _called(batch: Batch, pk: int, code: str, name: str) -> str:
    if is_shown(batch, Enterprise, pk):
        return _(
            "There is already an enterprise called “%(name)s” (%(code)s). If it is the same one, change that row instead."
        ) % {"name": name, "code": code}
    return _(
        "There is already an enterprise called “%s”, kept by a zone whose rows you may not see. Ask an administrator "
        "whether it is the same one."
    ) % name
