"""The tests' results as a table for a notebook; each state has a word and a sign, so that no colour is needed."""

import re
from collections.abc import Sequence
from html import escape

LOOKS = {
    "passed": ("✓ right", "#1a7f37", "#ffffff"),
    "wrong": ("✗ wrong", "#c62828", "#ffffff"),
    "not started": ("– not started", "#d0d4d9", "#1f2328"),
}
"""Status -> what is written, its background, its colour; each pair is readable in a light and in a dark theme."""
CELL = "text-align:left; vertical-align:top; padding:3px 10px 3px 0;"
TEXT = (
    "font-family:monospace; font-size:12px; line-height:1.4; white-space:pre-wrap; "
    "margin:0; padding:0; background:none; color:inherit"
)


class ResultsTable:
    """Results of tests; a notebook shows them as HTML, a terminal as text.

    Args:
        results: a dict for each test with `test` ("file/name"), `status`, `message`, `points` and `worth`: what
            `pytest --results` writes.
    """

    def __init__(self, results: Sequence[dict]) -> None:
        self.results = results

    def __repr__(self) -> str:
        lines = [f"{total(self.results)} points"]
        for result in self.results:
            lines.append(f"{LOOKS[result['status']][0]:<14} {sentence(result['test'])}")
            lines += [f"    {line}" for line in result["message"].splitlines()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        groups: dict[str, list[dict]] = {}
        for result in self.results:
            groups.setdefault(result["test"].split("/")[0], []).append(result)
        tables = [group_html(name, group, len(groups) == 1) for name, group in groups.items()]
        if len(groups) > 1:
            tables.append(f"<b>in all: {total(self.results)} points</b>")
        return "".join(tables)


def group_html(name: str, results: Sequence[dict], only_one: bool) -> str:
    """Write the results of a test file, folded away if there are several files and nothing is wrong in this one."""
    is_open = "open" if only_one or any(result["status"] == "wrong" for result in results) else ""
    chips = " ".join(
        chip(status, sum(result["status"] == status for result in results))
        for status in LOOKS
        if any(result["status"] == status for result in results)
    )
    summary = f'<summary style="cursor:pointer"><b>{escape(title(name))}: {total(results)} points</b> {chips}</summary>'
    table = f'<table style="border-collapse:collapse; margin:6px 0 0 12px; width:auto">{rows_html(results)}</table>'
    return f'<details {is_open} style="margin:4px 0">{summary}{table}</details>'


def rows_html(results: Sequence[dict]) -> str:
    """Write the tests, each with its state, its points, what it proves, and its message."""
    rows, read = [], {""}
    for result in results:
        cause, shown = cause_of(result["message"]), escape(sentence(result["test"]))
        message = f'<pre style="{TEXT}">{escape(result["message"])}</pre>'
        if cause not in read:
            shown += message
        elif result["status"] == "wrong":  # one cause often makes many tests fail
            shown = f'<details><summary style="cursor:pointer">{shown}: as above</summary>{message}</details>'
        read.add(cause)
        rows.append(
            f'<tr style="background:none"><td style="{CELL} white-space:nowrap">{chip(result["status"])}</td>'
            f'<td style="{CELL} white-space:nowrap">{total([result])}</td>'
            f'<td style="{CELL}">{shown}</td></tr>'
        )
    return "".join(rows)


def cause_of(message: str) -> str:
    """Return the lines of a message that say why, or all if none does."""
    lines = [line for line in message.splitlines() if line.startswith(("in:", "mistake:", "hint:"))]
    return "\n".join(lines) or message


def chip(status: str, count: int | None = None) -> str:
    """Write a status on its colour, with how many tests have it."""
    words, background, color = LOOKS[status]
    style = f"background:{background}; color:{color}; border-radius:4px; padding:1px 6px; font-size:12px"
    sign, word = words.split(" ", 1)
    text = words if count is None else f"{sign} {count} {word}"
    return f'<span style="{style}; white-space:nowrap">{text}</span>'


def total(results: Sequence[dict]) -> str:
    """Count the points: "3 of 12"."""
    points, worth = (sum(result[key] for result in results) for key in ("points", "worth"))
    return f"{points:g} of {worth:g}"


def title(file: str) -> str:
    """Turn "test_part1_ppm" into "part 1", and "test_together" into "several parts together"."""
    name = file.removeprefix("test_")
    return f"part {name[4]}" if name.startswith("part") else "several parts together"


def sentence(test: str) -> str:
    """Turn "test_part1_ppm/test_the_output_is_right" into "the output is right"."""
    words = test.split("/")[-1].removeprefix("test_").replace("_", " ")
    return re.sub(r"\b0 (\d)", r"0.\1", words)
