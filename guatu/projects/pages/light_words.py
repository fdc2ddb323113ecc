"""Lights of milestones in words: as everywhere in the house."""

from guatu.kernel.web.lights import Explained, explain

__all__ = ["Explained", "explain"]
