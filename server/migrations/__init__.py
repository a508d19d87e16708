"""Steps that bring a store of the centre to the present version."""
