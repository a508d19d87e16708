"""Backups: made while the centre serves, verified before they count, put back, and drilled."""
