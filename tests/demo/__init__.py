"""The officers' day, driven without hands: two tablets and a real centre."""
