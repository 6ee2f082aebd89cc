"""classroom50."""
