"""Use cases of the centre; nothing here knows HTTP."""
