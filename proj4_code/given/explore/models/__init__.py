"""Networks that the experiments build, and what they change in the student's."""
