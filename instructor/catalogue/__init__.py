"""The catalogue of known mistakes, part by part."""

from instructor.catalogue import part1, part2, part3, part4, part5, part6

MISTAKES = tuple(edit for part in (part1, part2, part3, part4, part5, part6) for edit in part.MISTAKES)
