"""Code compared as people compare it: without what editors and systems change by themselves."""

from functools import cache

from proj4_unit_tests.harness.submission import KIT


def plain(content: bytes) -> bytes:
    """Return code without byte order mark, and with neither carriage returns nor blanks at the ends of lines."""
    lines = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return b"\n".join(line.rstrip() for line in lines).rstrip()


def is_skeleton(part: str, content: bytes) -> bool:
    """Return whether a part file is the kit's, as nobody has touched it."""
    return plain(content) == _skeleton(part)


@cache
def _skeleton(part: str) -> bytes:
    return plain((KIT / "proj4_code" / part).read_bytes())
