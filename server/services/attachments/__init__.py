"""Photos and voice notes at the centre: taken in by pieces, handed out, and let go of."""
