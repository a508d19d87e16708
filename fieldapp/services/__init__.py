"""Use cases: what an officer can do; one action is one transaction."""
