"""The report of an upload: one HTML file that needs nothing else."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from instructor.grading.records import Grade, GradedTest
from instructor.grading.results import TRAINING, WORDS_OF_GRADER_ERROR, describe
from proj4_code.given.files import write_whole
from proj4_unit_tests.harness.outcome import part_of, title_of

TEMPLATES = Path(__file__).with_name("templates")


def make_page(template: str, *folders: Path, **values: object) -> str:
    """Fill in a template.

    Args:
        template: its name.
        folders: where to look for it, after `templates`.
        values: of its variables.
    """
    # Everything is escaped; the pages allow no scripts, so what a student's code printed stays text.
    environment = Environment(loader=FileSystemLoader([TEMPLATES, *folders]), autoescape=True, trim_blocks=True)
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return environment.get_template(template).render(style=style, **values)


def write_report(grade: Grade, name: str, show_printed: bool, path: Path) -> None:
    """Write the report of an upload.

    Args:
        grade: of the upload.
        name: of the upload.
        show_printed: whether it shows what the code printed.
        path: the HTML file.
    """
    parts: dict[str, list[GradedTest]] = {}
    for test in grade.tests:
        part = part_of(test.outcome.test)
        parts.setdefault(f"{part.name}: {part.title}", []).append(test)
    points = [
        (part, sum(test.outcome.points for test in tests), sum(test.outcome.most_points for test in tests))
        for part, tests in parts.items()
    ]
    if grade.training:
        points.append((TRAINING, grade.training.points, grade.training.most_points))
    page = make_page(
        "report.html",
        grade=grade,
        name=name,
        parts=parts,
        points=points,
        output=describe(grade),
        title_of=title_of,
        words_of_grader_error=WORDS_OF_GRADER_ERROR,
        show_printed=show_printed,
    )
    write_whole(path, page.encode(errors="replace"))
