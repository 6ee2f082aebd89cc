"""What grading costs: one upload, and a class."""
