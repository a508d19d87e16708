"""The commands of ``fieldapp-server``."""
