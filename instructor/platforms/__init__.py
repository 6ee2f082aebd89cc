"""Course platforms."""
