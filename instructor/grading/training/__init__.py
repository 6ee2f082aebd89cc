"""Grading results of training: predictions of the test split, and the weights that must reproduce them."""
