"""The wire contract, written once and imported by both ends."""
