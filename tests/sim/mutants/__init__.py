"""Planted bugs: edits of the product's code in memory, each of which the simulator must notice."""
