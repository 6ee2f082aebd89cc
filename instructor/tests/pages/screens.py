"""Look at the pages: `python -m instructor.tests.pages.screens OUT [NAME ...]`.

Writes every page with made-up grades, a picture of it on screens of three widths, light and dark, and what axe-core
finds in it.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from instructor.course.class_page import SIMILARITY, write_class_page
from instructor.grading.policy import read_policy
from instructor.grading.report.page import write_report
from instructor.release.handout import handout_html
from instructor.tests.notebooks.lab import FLAGS, find_browser
from instructor.tests.pages.samples import GRADES, LONG, logs, make_class, pairs, quizzes, unknown_mistakes

WIDTHS = (400, 768, 1280)
SCHEMES = ("light", "dark")
HEIGHT = 900
MOST_PIXELS = 9000  # of a picture's height


def pages() -> dict[str, Callable[[Path], object]]:
    """Return what writes each page, by name."""
    reports = {f"report_{kind}": partial(_report, kind) for kind in GRADES}
    classes = {f"class_{count}": partial(write_class_page, make_class(count)) for count in (0, 3, 40, 300)}
    more = {"unknown": unknown_mistakes(), "pairs": pairs(), "logs": logs(), "quizzes": quizzes()}
    classes["class_shared"] = partial(write_class_page, make_class(3), **more)
    classes["class_similarity"] = _similarity
    return {**reports, **classes, "handout": lambda path: path.write_text(handout_html(), encoding="utf-8")}


def _report(kind: str, path: Path) -> None:
    write_report(GRADES[kind](), "Ann Example" if kind == "right" else LONG, read_policy(), path)


def _similarity(path: Path) -> None:
    write_class_page([], path, pairs=pairs())
    path.with_name(SIMILARITY).replace(path)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield chromium
        chromium.close()


def open_page(chromium: Browser, path: Path, width: int, scheme: Any = "light", **options: Any) -> Page:
    """Open a page on a screen of a width in pixels."""
    page = chromium.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, **options)
    page.goto(path.resolve().as_uri())
    return page


def too_wide(page: Page) -> int:
    """Return by how many pixels a page is wider than its screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def faults(page: Page) -> list[str]:
    """Return the serious faults that axe-core finds in a page, a line each."""
    # axe's own script comes in through the debugger, which a page's policy does not bind.
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['impact']}: {rule['id']}: {node['target'][0]}: {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def main() -> None:
    """Write pages, pictures and faults."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        for name, write in pages().items():
            if sys.argv[2:] and name not in sys.argv[2:]:
                continue
            path = out / f"{name}.html"
            write(path)
            for width in WIDTHS:
                for scheme in SCHEMES:
                    page = open_page(chromium, path, width, scheme)
                    height = min(page.evaluate("document.documentElement.scrollHeight"), MOST_PIXELS)
                    picture = out / f"{name}_{width}_{scheme}.png"
                    shown = {"x": 0, "y": 0, "width": width, "height": height}
                    page.screenshot(path=picture, full_page=True, clip=shown)
                    wide = [f"{too_wide(page)} pixels too wide"] if too_wide(page) else []
                    print(picture, *wide, *faults(page), sep="\n  ")
                    page.close()


if __name__ == "__main__":
    main()
