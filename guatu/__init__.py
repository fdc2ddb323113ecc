"""Guatu 挂图: the platform a Chinese development zone runs on."""

__version__ = "0.1.0"
