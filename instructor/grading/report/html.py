"""Pages of HTML from templates: each is one file, in which text from uploads stays text."""

import base64
import hashlib
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from instructor.grading.text import visible

TEMPLATES = Path(__file__).with_name("templates")


def make_page(template: str, folder: Path, script: str = "", **values: object) -> str:
    """Fill in a template.

    The page may run the given script and no other: browsers compare its hash with the one that the page names.

    Args:
        template: its name; a style sheet of the same name goes into the page.
        folder: where it is, next to `templates`.
        script: JavaScript, in one of our files.
        values: of its variables.
    """
    environment = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]), autoescape=True, trim_blocks=True, finalize=_finalize
    )
    environment.filters["code"] = code
    sheets = [TEMPLATES / "style.css", (folder / template).with_suffix(".css")]
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    source = Markup(f"'sha256-{digest}'" if script else "'none'")
    page = environment.get_template(template)
    return page.render(style=Markup(style), script=Markup(script), script_source=source, **values)


def code(text: str) -> Markup:
    """Set what stands between backticks as code."""
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", str(escape(visible(text)))))


def _finalize(value: object) -> object:
    """Make what a template inserts visible; what is HTML already is ours."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
