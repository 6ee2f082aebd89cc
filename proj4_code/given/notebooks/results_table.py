"""The tests' results for a notebook, as HTML and as text; each state has a word and a sign: no colour is needed."""

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

from proj4_code.given.parts import EVERYTHING

Result = dict[str, Any]
"""What `pytest --results` writes of a test: its fields, by name."""
LOOKS = {
    "passed": ("✓", "passed", "#1a7f37", "#ffffff"),
    "wrong": ("✗", "wrong", "#c62828", "#ffffff"),
    "not started": ("–", "not started", "#d0d4d9", "#1f2328"),
}
"""Status -> sign, word, background, colour; each pair of colours is readable in a light and in a dark theme."""
PART_NAMES = {part.tests: part.name if part.number else "several parts together" for part in EVERYTHING}
CELL = "text-align:left; vertical-align:top; padding:3px 10px 3px 0;"
LINE = (
    "font-family:monospace; font-size:12px; line-height:1.4; white-space:pre-wrap; color:inherit; "
    "padding-left:10ch; text-indent:-10ch"  # what follows the name of a field stands below itself
)


def as_text(results: Sequence[Result]) -> str:
    """Write results for a place without HTML."""
    lines = [f"{total(results)} points"]
    for result in results:
        sign, word, *_ = LOOKS[result["status"]]
        lines.append(f"{sign} {word:<12} {sentence(result['test'])}")
        lines += [f"    {line}" for line in message(result).splitlines()]
    return "\n".join(lines)


def as_html(results: Sequence[Result]) -> str:
    """Write results as a table for each part; parts without a wrong answer are folded away if there are several."""
    parts = {name: list(group) for name, group in groupby(results, lambda result: result["test"].split("/")[0])}
    tables = []
    for name, group in parts.items():
        counts = {status: sum(result["status"] == status for result in group) for status in LOOKS}
        chips = " ".join(chip(status, f"{count} ") for status, count in counts.items() if count)
        is_open = "open" if len(parts) == 1 or counts["wrong"] else ""
        tables.append(
            f'<details {is_open} style="margin:4px 0"><summary style="cursor:pointer">'
            f"<b>{escape(PART_NAMES.get(name, name))}: {total(group)} points</b> {chips}</summary>"
            f'<table style="border-collapse:collapse; margin:6px 0 0 12px; width:auto">{rows_html(group)}</table>'
            "</details>"
        )
    return "".join([*tables, *([f"<b>in all: {total(results)} points</b>"] if len(parts) > 1 else [])])


def rows_html(results: Sequence[Result]) -> str:
    """Write the tests, each with its state, its points, what it proves, and what was wrong."""
    rows = []
    read = set()
    for result in results:
        shown = escape(sentence(result["test"]))
        if text := message(result):
            text = "".join(f'<div style="{LINE}">{escape(line)}</div>' for line in text.splitlines())
            if cause_of(result) not in read:
                shown += text
            elif result["status"] == "wrong":  # one cause often makes many tests fail
                shown = f'<details><summary style="cursor:pointer">{shown}: as above</summary>{text}</details>'
            read.add(cause_of(result))
        rows.append(
            f'<tr style="background:none"><td style="{CELL} white-space:nowrap">{chip(result["status"])}</td>'
            f'<td style="{CELL} white-space:nowrap">{total([result])}</td>'
            f'<td style="{CELL}">{shown}</td></tr>'
        )
    return "".join(rows)


def message(result: Result) -> str:
    """Write what was wrong, a field a line; of a part that is not written yet, what is to be written."""
    if result["status"] != "wrong":
        return result["got"]
    mistake = result["mistake"] or {"wrong": "", "hint": ""}
    fields = {name: result[name] for name in ("checked", "expected", "got")}
    fields |= {"in": result["where"], "mistake": mistake["wrong"], "hint": mistake["hint"]}
    return "\n".join(f"{name + ':':<10}{' '.join(text.split())}" for name, text in fields.items() if text)


def cause_of(result: Result) -> tuple[object, ...]:
    """Return what results of the same cause have in common."""
    if result["where"] or result["mistake"]:
        return result["where"], str(result["mistake"])
    return result["status"], result["got"], result["expected"]


def chip(status: str, count: str = "") -> str:
    """Write a status on its colour, with how many tests have it."""
    sign, word, background, color = LOOKS[status]
    style = f"background:{background}; color:{color}; border-radius:4px; padding:1px 6px; font-size:12px"
    return f'<span style="{style}; white-space:nowrap">{sign} {count}{word}</span>'


def total(results: Sequence[Result]) -> str:
    """Count the points: "3 of 12"."""
    earned, most = (sum(result[key] for result in results) for key in ("points", "most_points"))
    return f"{earned:g} of {most:g}"


def sentence(test: str) -> str:
    """Turn "test_part1_ppm/test_the_output_is_right" into "the output is right"."""
    words = test.split("/")[-1].removeprefix("test_").replace("_", " ")
    return re.sub(r"\b0 (\d)", r"0.\1", words)
