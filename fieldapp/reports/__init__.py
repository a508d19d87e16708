"""The force's questions as pure functions over plain rows, and the one writer of tables."""
