"""Fieldapp: the tablet app of a neighbourhood policing officer."""

__version__ = "0.1.0"
