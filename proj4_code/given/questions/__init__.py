"""Questions about a student's own code: the record, and the kinds that are asked by calling that code."""
