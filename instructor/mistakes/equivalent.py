"""Mutants of the reference that survive, each with the reason why it is no mistake."""

EQUIVALENT: dict[tuple[str, str, str], str] = {}
"""(module, line, changed line) -> reason."""
