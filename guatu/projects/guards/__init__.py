"""Rules of projects, their events and milestones: asked on every write, whatever the door."""

from . import events, ledger, milestones, monthly, obstacles, projects  # noqa: F401  (registered by being imported)
