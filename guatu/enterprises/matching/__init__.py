"""Matching of names with enterprises: those of the zone and those of the register."""
