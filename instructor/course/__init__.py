"""Grading a whole class, and what an instructor makes of it."""
