"""What an app offers for the slot `<resource>.detail`: a panel of a record's page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Panel:
    """`template` is rendered with `context` inside a panel headed by `title`."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
