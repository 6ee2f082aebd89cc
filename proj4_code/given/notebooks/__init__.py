"""What stands behind the notebooks."""
