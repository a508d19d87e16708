"""The force's rules as pure functions, one module a group; each names the number it answers to."""
