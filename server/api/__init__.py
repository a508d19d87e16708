"""Thin routes over the use cases."""
