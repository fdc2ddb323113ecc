"""What enterprises tell upper apps."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RegisterLoaded:
    """A page's load has renewed the register; `user_id` asked for it (None: the system operator)."""

    user_id: int | None
