"""The report of an upload: one HTML file that needs nothing else."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from proj4_code.given.files import write_whole
from proj4_code.given.parts import PARTS, TOGETHER

PAGES = Path(__file__).with_name("templates")
# Everything is escaped; the pages allow no scripts, so what a student's code printed stays text.
_ENVIRONMENT = Environment(
    loader=FileSystemLoader([PAGES, PAGES.parents[1] / "course" / "templates"]), autoescape=True, trim_blocks=True
)


def make_page(template: str, **values: object) -> str:
    """Fill in a page of `pages`."""
    style = Markup((PAGES / "style.css").read_text(encoding="utf-8"))
    return _ENVIRONMENT.get_template(template).render(style=style, **values)


def entries(message: str) -> list[tuple[str, str]]:
    """Split a message of the unit tests, lines of "name: text", into names and texts."""
    found: list[tuple[str, str]] = []
    for line in message.splitlines():
        name, colon, text = line.partition(":")
        if found and (not colon or line.startswith(" ")):
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        else:
            found.append((name, text.strip()) if colon else ("", line))
    return found


def write_report(results: dict, name: str, show_printed: bool, path: Path) -> None:
    """Write the report of an upload.

    Args:
        results: as `results.make_results` makes them.
        name: of the upload.
        show_printed: whether it shows what the code printed.
        path: the HTML file.
    """
    titles = {part.name: f"{part.name}: {part.title}" for part in (*PARTS, TOGETHER)}
    parts: dict[str, list[dict]] = {}
    for test in results["tests"]:
        parts.setdefault(titles.get(test["tags"][0], test["tags"][0]), []).append(test)
    page = make_page(
        "report.html",
        results=results,
        name=name,
        parts=parts,
        worth=sum(test["max_score"] for test in results["tests"]),
        origin=results["extra_data"],
        show_printed=show_printed,
        entries=entries,
    )
    write_whole(path, page.encode(errors="replace"))
