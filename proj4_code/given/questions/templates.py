"""All kinds of questions that are asked by calling the student's code, by part."""

from proj4_code.given.questions import part1, part2, part3, part4, part5, part6
from proj4_code.given.questions.draft import Template

TEMPLATES: dict[int, tuple[Template, ...]] = {
    number: module.TEMPLATES for number, module in enumerate((part1, part2, part3, part4, part5, part6), 1)
}
"""Number of the part -> its templates."""
