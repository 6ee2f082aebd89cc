"""The instructor's side: reference, release, mistakes, grading. Never released to students."""
