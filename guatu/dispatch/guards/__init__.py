"""Rules of the monthly dispatch, asked on every write, whatever the door."""

from . import questions, reports  # noqa: F401  (registered by being imported)
