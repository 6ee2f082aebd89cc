"""Text from students and course systems, made safe to show anywhere: pages, tables and terminals."""

import unicodedata

INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode's categories of characters that control what others look like, break lines, or that no font has."""
KEPT = "\n\t\u200c\u200d"
"""Of these, what text needs: line breaks, tabs, and the joiners of scripts and emoji."""


def visible(text: str) -> str:
    r"""Return text in which characters that cannot be seen are written by their numbers, such as `\x1b` or `\u202e`."""
    return "".join(
        _number(letter) if unicodedata.category(letter) in INVISIBLE and letter not in KEPT else letter
        for letter in text
    )


def one_line(text: str, longest: int = 100) -> str:
    """Return text on one line, all of it visible, and cut where it is very long."""
    shown = "".join(letter if letter == " " or letter.isprintable() else _number(letter) for letter in text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _number(letter: str) -> str:
    return ascii(letter)[1:-1]
