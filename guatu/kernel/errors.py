"""Refusals: what the house says when it will not do a thing.

    Refused                 a rule of the house or the domain says no
    ├── Faulty              a value given is wrong (names the field)
    ├── NotFound            no such row, or none this person may see
    ├── Forbidden           this person may not do this
    ├── Conflict            somebody else changed the same thing meanwhile
    └── Misconfigured       the installation is set up wrongly

The message is a full sentence in the reader's language: what, which one, why, and what to do.
"""

from __future__ import annotations


class Refused(Exception):
    """A domain refusal with a stable `code`, a sentence, and the field it concerns (or None)."""

    status = 422

    def __init__(self, code: str, message: str, field: str | None = None):
        super().__init__(str(message))
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Faulty(Refused):
    status = 422


class NotFound(Refused):
    status = 404


class Forbidden(Refused):
    status = 403


class Conflict(Refused):
    status = 409


class Misconfigured(Refused):
    status = 500


class ScopeMissing(RuntimeError):
    """A programmer read rows without saying for whom; never shown to a user."""
