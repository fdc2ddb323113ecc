"""Merging of two rows that are one enterprise: what moves, what differs, and the way back."""
