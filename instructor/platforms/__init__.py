"""Platforms that grade: archives for them, and their formats."""
