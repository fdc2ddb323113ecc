"""Which of two rows of one enterprise wins, field by field; worked out on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEPT, GONE, BOTH = "kept", "gone", "both"
#: Names of the one that goes stay with the one that is kept, whatever else is chosen.
NAMES = ("former_names",)
#: What no choice is offered for: the row's own key.
FIXED = frozenset({"code", "merged_into"})


@dataclass(frozen=True)
class Difference:
    """A field in which the two rows differ: both values, who wins unless a person chooses, and whether they may choose."""

    field: str
    kept: Any
    gone: Any
    wins: str
    free: bool = True


def differences(kept: Mapping[str, Any], gone: Mapping[str, Any]) -> list[Difference]:
    """The fields that differ, in the order of `kept`. An empty value never wins over a filled one."""
    found = []
    for name, mine in kept.items():
        other = gone.get(name)
        if name in FIXED or mine == other:
            continue
        if name in NAMES:
            found.append(Difference(name, mine, other, BOTH, False))
        else:
            empty = other in (None, "")
            found.append(Difference(name, mine, other, GONE if mine in (None, "") else KEPT, not empty and mine not in (None, "")))
    return found


def merged(kept: Mapping[str, Any], gone: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, Any]:
    """The values that the kept row takes from the other; `chosen` says who wins a field, where a person has chosen."""
    values = {
        one.field: one.gone for one in differences(kept, gone)
        if one.field not in NAMES and (chosen.get(one.field, one.wins) if one.free else one.wins) == GONE
    }
    name = values.get("name", kept["name"])
    others = [kept["name"], *_parted(kept["former_names"]), gone["name"], *_parted(gone["former_names"]), gone["short_name"]]
    known = {name, values.get("short_name", kept["short_name"]), ""}
    names = "；".join(dict.fromkeys(other for other in others if other not in known))
    if names != kept["former_names"]:
        values["former_names"] = names
    return values


def _parted(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", "；").replace("\n", "；").split("；") if part.strip()]
