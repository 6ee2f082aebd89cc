"""The catalogue as a table, for a terminal and for the instructor guide: Markdown with aligned columns."""

from instructor.proofs.review import Verdict

COLUMNS = ("name", "part", "what it is", "points lost", "named as")


def format_table(verdicts: list[Verdict]) -> str:
    """Lay out a row for each mistake or alternative."""
    rows = [COLUMNS, *map(_row, verdicts)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)


def _row(verdict: Verdict) -> tuple[str, ...]:
    what, named = verdict.what.replace("|", "\\|"), ", ".join(verdict.named)
    return verdict.name, verdict.part.name, what, f"{verdict.lost:g}", named
