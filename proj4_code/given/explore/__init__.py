"""The lectures' other networks and experiments, each a module with an `EXPERIMENT`; optional, and not graded."""
