"""A draft of the catalogue's entry for an unknown mistake: `python -m instructor draft-mistake CLASS GROUP`.

The functions in which the example's code differs from the reference are put into the reference one by one, and all
together. An edit that gives the group's answers is the draft; a person writes its two sentences.
"""

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from instructor.catalogue.edits import write_submission
from instructor.course.unknown.groups import UnknownMistake, read_answers, same
from instructor.grading.run_tests import run_tests
from instructor.release.skeletons import SOLUTION
from instructor.sandbox.sandbox import Sandbox


class Draft(NamedTuple):
    """An edit of the reference.

    Attributes:
        functions: those that it changes.
        right: text of the reference.
        mistaken: what stands there instead.
        reproduced: how many of the group's tests get the group's answers with it.
        tests: how many tests the group is wrong in.
    """

    functions: tuple[str, ...]
    right: str
    mistaken: str
    reproduced: int
    tests: int


class _Function(NamedTuple):
    """A function or method: its lines in a file, counted from 0, without the docstring, and its parts as text."""

    begin: int
    end: int
    code: str


def draft_mistake(group: UnknownMistake, book: Path, sandbox: Sandbox) -> Draft:
    """Find the edit of the reference that comes nearest to what a group of uploads does.

    Args:
        group: what they have in common.
        book: the answer book that they were graded with.
        sandbox: where the edits run.

    Raises:
        ValueError: if the example's code cannot be read, or is the reference.
    """
    source = (SOLUTION / group.part.file).read_text(encoding="utf-8")
    try:
        edits = list(_edits(source, group.code))
    except SyntaxError as error:
        raise ValueError(f"the example's {group.part.file} is not Python: {error.msg}, line {error.lineno}") from None
    if not edits:
        raise ValueError(f"the example's {group.part.file} has no function that differs from the reference")
    drafts = []
    for functions, edited in edits:
        right, mistaken = _changed_lines(source, edited)
        reproduced = _reproduced(group, edited, book, sandbox)
        drafts.append(Draft(functions, right, mistaken, reproduced, len(group.answers)))
        if reproduced == len(group.answers):
            break
    return max(drafts, key=lambda draft: draft.reproduced)


def format_draft(draft: Draft, group: UnknownMistake) -> str:
    """Return the entry as it stands in the catalogue, under a comment that says what is known of it."""
    known = f"{draft.reproduced} of the group's {draft.tests} tests get the group's answers with this edit"
    return "\n".join(
        [
            f"# {group.title}, such as {group.uploads[0]}.",
            f"# They give: {_one_line(group.got)}",
            f"# Right is:  {_one_line(group.expected)}",
            f"# {known}.",
            f"# For instructor/catalogue/part{group.part.number}.py: shorten it to what is wrong, name it, and",
            "# write the two sentences; then python -m instructor answers, python -m instructor mistakes --only NAME.",
            "    Edit(",
            f'        "{group.part.number}-TODO-{draft.functions[0].rpartition(".")[2].replace("_", "-")}",',
            '        "TODO: what is wrong, in a line",',
            '        "TODO: a question that leads out of it, and where it is explained",',
            *_literal(draft.right),
            *_literal(draft.mistaken),
            "    ),",
            "",
        ]
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _literal(text: str) -> list[str]:
    """Write text as a string of Python, a line of the source for each of its lines."""
    lines = text.splitlines(keepends=True)
    if len(lines) == 1:
        return [f"        {lines[0]!r},"]
    return [*(f"        {line!r}" for line in lines[:-1]), f"        {lines[-1]!r},"]


def _edits(source: str, other: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield edits of the reference: each function that differs from the example's alone, then all of them."""
    right, wrong = _functions(source), _functions(other)
    differ = [name for name in right if name in wrong and right[name].code != wrong[name].code]
    for names in [*((name,) for name in differ), *([tuple(differ)] if len(differ) > 1 else [])]:
        edited = _replace(source, other, [(right[name], wrong[name]) for name in names])
        if edited != source:
            yield names, edited


def _functions(source: str) -> dict[str, _Function]:
    """Find the functions of a file by name, methods as CLASS.METHOD."""
    lines = source.splitlines()
    found = {}
    for node in ast.parse(source).body:
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        for member in members:
            if not isinstance(member, ast.FunctionDef):
                continue
            name = f"{node.name}.{member.name}" if isinstance(node, ast.ClassDef) else member.name
            body = member.body
            documented = ast.get_docstring(member) is not None and len(body) > 1
            begin, end = body[documented].lineno - 1, member.end_lineno or member.lineno
            after = body[0].end_lineno if documented else None
            while begin > (after or member.lineno) and _is_comment(lines[begin - 1]):
                begin -= 1  # those above the first statement belong to it
            found[name] = _Function(begin, end, "\n".join(map(ast.unparse, body[documented:])))
    return found


def _is_comment(line: str) -> bool:
    """Return whether a line is a comment, and not a mark of a region to be solved."""
    return line.lstrip().startswith("#") and not line.lstrip().startswith("### ")


def _replace(source: str, other: str, pairs: list[tuple[_Function, _Function]]) -> str:
    """Put functions of one file in place of those of another; the reference's indentation is kept."""
    lines, theirs = source.splitlines(keepends=True), other.splitlines(keepends=True)
    for mine, wrong in sorted(pairs, reverse=True):
        body = [line for line in theirs[wrong.begin : wrong.end] if not line.lstrip().startswith("### ")]
        lines[mine.begin : mine.end] = _indented(body, lines[mine.begin])
    return "".join(lines)


def _indented(body: list[str], like: str) -> list[str]:
    """Move lines so that the first one is indented like another line."""
    wanted = like[: len(like) - len(like.lstrip())]
    had = body[0][: len(body[0]) - len(body[0].lstrip())]
    moved = [wanted + line.removeprefix(had) if line.strip() else "\n" for line in body]
    return [line if line.endswith("\n") else f"{line}\n" for line in moved]


def _changed_lines(source: str, edited: str) -> tuple[str, str]:
    """Return the lines that an edit changes, with as many around them as make them stand once in the reference."""
    before, after = source.splitlines(keepends=True), edited.splitlines(keepends=True)
    first = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    while source.count("".join(before[first : len(before) - last])) != 1:
        first, last = max(first - 1, 0), max(last - 1, 0)
    return "".join(before[first : len(before) - last]), "".join(after[first : len(after) - last])


def _reproduced(group: UnknownMistake, edited: str, book: Path, sandbox: Sandbox) -> int:
    """Count the tests in which an edited reference gives the group's answers."""
    with tempfile.TemporaryDirectory(prefix="proj4-draft-") as folder:
        submission = write_submission(Path(folder) / "parts", group.part, edited)
        runs = run_tests(sandbox, submission, book, tests=list(group.answers))
    return sum(
        bool(runs[test].answers) and same(read_answers(runs[test].answers), read_answers(answers))
        for test, answers in group.answers.items()
    )
