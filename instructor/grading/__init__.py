"""Grading uploads: student code computes in a sandbox, and everything that decides about points stays outside of it."""
