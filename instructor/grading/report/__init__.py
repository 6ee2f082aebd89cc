"""What a student reads of a grade, as a page."""
