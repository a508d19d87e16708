"""Moving operations between a tablet and the centre."""
