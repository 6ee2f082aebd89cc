"""Which uploads have code in common."""
