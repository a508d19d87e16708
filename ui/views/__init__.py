"""Screens: widgets that show what presenters say and tell them what was done."""
