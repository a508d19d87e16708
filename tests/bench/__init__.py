"""Figures of speed, each beside its floor from the same run; printed, never asserted."""
