"""Benchmarks: each is one command that prints its machine, versions, medians and ratios."""
