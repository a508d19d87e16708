"""One file for each step; a step imports nothing of ours."""
