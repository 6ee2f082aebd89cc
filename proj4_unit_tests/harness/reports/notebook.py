"""Outcomes for a notebook: what is wrong on top, each mistake once, and every test below; as HTML and as text."""

from collections.abc import Sequence
from itertools import groupby

from proj4_code.given.basics.messages import as_html as code
from proj4_unit_tests.harness.console import scoreboard, what_is_wrong
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Outcome, part_of, title_of
from proj4_unit_tests.harness.reports.causes import Cause, find_causes

LOOKS = {
    PASSED: ("✓", "#1a7f37", "#ffffff"),
    WRONG: ("✗", "#c62828", "#ffffff"),
    NOT_STARTED: ("–", "#d0d4d9", "#1f2328"),
}
"""Status -> sign, background, colour: each has a sign and a word, and can be read in a light and in a dark theme."""
STYLE = """<style>
.proj4 { font-size: 14px; line-height: 1.45; max-width: 60em; word-break: normal; overflow-wrap: break-word }
.proj4 .total { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; font-size: 17px; font-weight: bold }
.proj4 .bar { flex: 0 1 240px; height: 12px; border-radius: 6px; background: #c62828; overflow: hidden }
.proj4 .bar.idle { background: #9aa0a6 }
.proj4 .bar i { display: block; height: 100%; background: #1a7f37 }
.proj4 .chip { border-radius: 4px; padding: 1px 6px; font-size: 12px; font-weight: normal; white-space: nowrap }
.proj4 .cause { border-left: 4px solid #c62828; padding: 2px 0 2px 12px; margin: 12px 0 }
.proj4 .cause p { margin: 2px 0 }
.proj4 .hint b { background: #ffe08a; color: #3b2f00; border-radius: 4px; padding: 1px 6px; margin-right: 6px }
.proj4 dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 1px 12px; margin: 4px 0 }
.proj4 dt, .proj4 dd { margin: 0; float: none; width: auto }  /* JupyterLab lets them float */
.proj4 dt { opacity: 0.75 }
.proj4 ul { margin: 2px 0; padding-left: 20px }
.proj4 summary { cursor: pointer }
.proj4 .tests { display: grid; gap: 3px 10px; margin: 4px 14px }
.proj4 .tests { grid-template-columns: max-content max-content minmax(0, 1fr) }
</style>"""


def as_output(outcomes: Sequence[Outcome], notice: str = "") -> dict[str, str]:
    """Return what a cell of a notebook displays: MIME type -> content.

    Args:
        outcomes: of the tests that ran.
        notice: on hints that are not shown.
    """
    text = [*what_is_wrong(outcomes), *(["", notice] if notice else []), "", *scoreboard(outcomes)]
    return {"text/html": as_html(outcomes, notice), "text/plain": "\n".join(text).strip()}


def as_html(outcomes: Sequence[Outcome], notice: str = "") -> str:
    """Write outcomes as a part of a page: the total, the causes of what is wrong, and a folded table for each part."""
    causes = "".join(map(_cause, find_causes(outcomes)))
    parts = [(part, list(group)) for part, group in groupby(outcomes, lambda outcome: part_of(outcome.test))]
    tables = [
        f"<details><summary>{code(f'{part.name}: {part.title}')}, {_points(group)} {_chips(group)}</summary>"
        f'<div class="tests">{"".join(map(_row, group))}</div></details>'
        for part, group in parts
    ]
    to_do = dict.fromkeys(outcome.got for outcome in outcomes if outcome.status == NOT_STARTED)
    lines = [text.removeprefix("TODO: ") for text in to_do]
    says = [f"To do: {'; '.join(lines)}"] if lines and len(parts) == 1 else []
    says += [notice] if notice else []
    says.append(" ".join("\n".join(scoreboard(outcomes)).partition("Next: ")[1:]))
    below = "".join(f"<p>{code(line)}</p>" for line in says)
    return f'{STYLE}<div class="proj4">{_total(outcomes)}{causes}{"".join(tables)}{below}</div>'


def _total(outcomes: Sequence[Outcome]) -> str:
    earned, most = (sum(getattr(outcome, name) for outcome in outcomes) for name in ("points", "most_points"))
    idle = "" if any(outcome.status == WRONG for outcome in outcomes) else " idle"
    bar = f'<span class="bar{idle}" aria-hidden="true"><i style="width:{100 * earned / max(most, 1):.1f}%"></i></span>'
    return f'<div class="total">{_points(outcomes)} {bar} {_chips(outcomes)}</div>'


def _cause(cause: Cause) -> str:
    lines = [f"<p><b>{code(f'{cause.lead}: {cause.wrong}')}</b></p>"]
    if cause.hint:
        lines.append(f'<p class="hint"><b>Hint</b>{code(cause.hint)}</p>')
    first, *others = cause.outcomes
    if others:
        if cause.where:
            lines.append(f"<p>In: {code(f'`{cause.where}`')}</p>")
        tests = "".join(
            f"<li>{code(title_of(each.test))}{f'<br><small>got {code(got)}</small>' if got else ''}</li>"
            for each, got in zip(cause.outcomes, cause.gots, strict=True)
        )
        lines.append(f"<details open><summary>{cause.scope} because of it</summary><ul>{tests}</ul></details>")
    else:
        if cause.mistake:
            lines.append(f"<p>{cause.scope} because of it: {code(title_of(first.test))}</p>")
        fields = {"checked": first.checked, "expected": first.expected, "got": first.got, "in": first.where}
        entries = "".join(f"<dt>{name}</dt><dd>{code(text)}</dd>" for name, text in fields.items() if text)
        lines.append(f"<dl>{entries}</dl>")
    return f'<div class="cause">{"".join(lines)}</div>'


def _row(outcome: Outcome) -> str:
    cells = (_chip(outcome.status), _points([outcome]), code(title_of(outcome.test)))
    return "".join(f"<span>{cell}</span>" for cell in cells)


def _points(outcomes: Sequence[Outcome]) -> str:
    earned, most = (sum(getattr(outcome, name) for outcome in outcomes) for name in ("points", "most_points"))
    return f"{earned:g} of {most:g}" + (" points" if len(outcomes) > 1 else "")


def _chips(outcomes: Sequence[Outcome]) -> str:
    counts = {status: sum(outcome.status == status for outcome in outcomes) for status in LOOKS}
    return " ".join(_chip(status, f"{count} ") for status, count in counts.items() if count)


def _chip(status: str, count: str = "") -> str:
    sign, background, color = LOOKS[status]
    return f'<span class="chip" style="background:{background}; color:{color}">{sign} {count}{status}</span>'
