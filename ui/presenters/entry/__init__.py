"""The entry being written: its answers, what the form knows, and how it is kept."""
