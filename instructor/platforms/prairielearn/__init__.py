"""PrairieLearn."""
