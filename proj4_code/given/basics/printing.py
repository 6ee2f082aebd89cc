"""What any console can show, in lines as long as its own, and commands that can be pasted back into it."""

import codecs
import re
import shlex
import shutil
import sys
import textwrap
from pathlib import PurePath, PureWindowsPath

PLAIN = {"×": "x", "·": "-", "…": "...", "–": "-", "±": "+-", "→": "->", "≥": ">=", "≤": "<=", "✓": "+", "✗": "x"}
"""What stands for a character that a console lacks; for any other, a question mark does."""
KEPT = "\0"  # a space at which no line is broken
SAFE_ON_WINDOWS = re.compile(r"[\w@%+=:,./\\~-]+")


def print_anywhere() -> None:
    """Let everything be printed, whatever characters the console or the log file has.

    A console's character set is the system's: on Windows it is rarely UTF-8, least of all where output is redirected.
    """
    codecs.register_error("plainly", _plainly)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a notebook's has no such thing, and shows all there is
            stream.reconfigure(errors="plainly")


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Replace what cannot be encoded, as `codecs.register_error` describes it."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(PLAIN.get(character, "?") for character in lacking), error.end


def fold(text: str, width: int = 0, first: str = "", others: str = "", most: int | None = None) -> list[str]:
    """Break a text into lines, between words.

    Args:
        text: what is marked as `unbroken` in it stays in one line, however long it is.
        width: of a line, in characters; 0 for that of the terminal.
        first: begins the first line.
        others: begins the others.
        most: the number of lines from which on it is cut.
    """
    lines = textwrap.wrap(
        " ".join(text.split()),
        width or shutil.get_terminal_size().columns,
        initial_indent=first,
        subsequent_indent=others,
        max_lines=most,
        placeholder=" ...",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(KEPT, " ") for line in lines]


def unbroken(text: str | PurePath) -> str:
    """Mark what `fold` keeps in one line, such as a command or a path that is to be pasted."""
    return str(text).replace(" ", KEPT)


def quote(word: str | PurePath) -> str:
    """Quote a word of a command, such as a path, so that it can be pasted into the shell of the machine it is on.

    On Windows, cmd takes single quotes for letters of a name; it and PowerShell both know double ones.
    """
    windows = isinstance(word, PureWindowsPath) if isinstance(word, PurePath) else sys.platform == "win32"
    text = str(word)
    if not windows:
        return shlex.quote(text)
    return text if SAFE_ON_WINDOWS.fullmatch(text) else f'"{text}"'
