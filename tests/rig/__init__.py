"""What drives the real app from outside: hand, eyes, a clock, and the air to the centre."""
