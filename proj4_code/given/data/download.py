"""Download one file from the first of several sources that delivers it, resuming what an earlier run has begun.

While it arrives the file is called `TARGET.part`; it gets its own name only when it is whole and checked. Beside it,
`TARGET.part.json` says which version of the file at which address the part is of, so that two versions are never
joined (HTTP range requests: RFC 9110, sections 13 and 14).
"""

import hashlib
import http.client
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

TIMEOUT = 30.0  # seconds without a byte until a connection counts as cut
CHUNK = 1 << 16  # bytes


class _SourceError(Exception):
    """A source does not deliver the file, and asking it again would not help."""


class _UnreachableError(ConnectionError):
    """No connection was made: worth a new try after a cut, but not at first."""


def download(
    urls: Sequence[str],
    target: Path,
    sha256: str | None = None,
    size: int | None = None,
    *,
    waits: Sequence[float] = (1, 3, 10),
    show_progress: bool = True,
) -> None:
    """Download `target`, unless it is there already.

    Args:
        urls: addresses of the same file; the one that a part was begun from comes first, then they are tried in order.
        target: where the file goes; its folder is made.
        sha256: the file's SHA-256 in hexadecimal, if known.
        size: the file's length in bytes, if known.
        waits: seconds to wait before each new try when a connection is cut and no new byte has come since.
        show_progress: draw a progress bar on stderr.

    Raises:
        ConnectionError: no source delivered it; the message lists each source and what went wrong with it.
        OSError: the file cannot be written (a full disk, a folder that is not writable).
    """
    if target.is_file() and _what_is_wrong(target, sha256, size) is None:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part, note = _part(target), _note(target)
    begun_from = _read_note(note).get("url")
    failures = []
    for url in sorted(urls, key=lambda url: url != begun_from):
        try:
            _receive_all(url, target, size, waits, show_progress)
            wrong = _what_is_wrong(part, sha256, size)
            if wrong:
                part.unlink()
                note.unlink(missing_ok=True)
                raise _SourceError(wrong)
        except (_SourceError, ConnectionError) as error:
            failures.append(f"{url}: {error}")
            continue
        part.replace(target)
        note.unlink(missing_ok=True)
        return
    kept = f" ({part.stat().st_size / 1e6:.1f} MB are kept)" if part.is_file() else ""
    raise ConnectionError(
        f"{target.name} could not be downloaded. {'; '.join(failures)}. Check the network and run the same command "
        f"again{kept}, or download the file in a browser and save it as {target}"
    )


def _part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _note(target: Path) -> Path:
    return target.with_name(target.name + ".part.json")


def _read_note(note: Path) -> dict:
    """Return what is known of the part, or nothing when there is no readable note."""
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _what_is_wrong(path: Path, sha256: str | None, size: int | None) -> str | None:
    """Compare a file with its known length and checksum; return None when all is well."""
    if size is not None and path.stat().st_size != size:
        return f"the file has {path.stat().st_size} bytes, expected {size}"
    if sha256 is not None:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256.lower():
            return f"the file's SHA-256 is {found}, expected {sha256.lower()}: it is damaged or another version"
    return None


def _receive_all(url: str, target: Path, size: int | None, waits: Sequence[float], show_progress: bool) -> None:
    """Complete the part from one source, connecting anew when the connection is cut."""
    part = _part(target)
    reached, tries, most = False, 0, part.stat().st_size if part.is_file() else 0
    while True:
        try:
            return _receive(url, target, size, show_progress)
        except ConnectionError as error:
            if isinstance(error, _UnreachableError) and not reached:
                raise
            reached = True
            arrived = part.stat().st_size if part.is_file() else 0
            tries = 0 if arrived > most else tries
            most = max(most, arrived)
            if tries == len(waits):
                raise
            if show_progress:
                tqdm.write(f"{url}: {error}; trying again in {waits[tries]} s", file=sys.stderr)
            time.sleep(waits[tries])
            tries += 1


def _receive(url: str, target: Path, size: int | None, show_progress: bool) -> None:
    """Make one request and write what comes, behind the part if the server continues it, else from the beginning.

    Raises:
        ConnectionError: the connection was not made or was cut; what has come is kept.
        _SourceError: the server has no such file, or another than expected.
    """
    part, note = _part(target), _note(target)
    known = _read_note(note)
    have = part.stat().st_size if part.is_file() and known.get("url") == url else 0
    response = _open(url, have, known)
    if response is None:  # the part is the whole file already
        return
    with response:
        version = {"url": url} | _version(response)
        continues = response.status == http.client.PARTIAL_CONTENT
        if continues and not _is_rest_of(response, have, version, known):
            part.unlink()
            raise ConnectionError("the file has changed since the first part came")
        total = version["total"]
        if size is not None and total is not None and total != size:
            raise _SourceError(f"the file has {total} bytes, expected {size}")
        if response.headers.get_content_type() == "text/html" and target.suffix != ".html":
            raise _SourceError("the server sent a web page (text/html) instead of the file")
        if not continues:
            part.write_bytes(b"")  # before the note: it must never describe an older part
            note.write_text(json.dumps(version), encoding="utf-8")
        arrived = _append(
            response, part, tqdm_options={"desc": target.name, "total": total, "disable": not show_progress}
        )
    if total is not None and arrived != total:
        raise ConnectionError(f"the connection was cut after {arrived} of {total} bytes")


def _append(response: http.client.HTTPResponse, part: Path, tqdm_options: dict) -> int:
    """Write what comes behind the part; return the part's length in bytes."""
    with (
        part.open("ab", buffering=0) as file,
        tqdm(initial=file.tell(), unit="B", unit_scale=True, **tqdm_options) as bar,
    ):
        while chunk := _read(response):
            _write(file, chunk, part)
            bar.update(len(chunk))
        return file.tell()


def _write(file: BinaryIO, chunk: bytes, part: Path) -> None:
    """Write all of a chunk to the disk; raise OSError, naming the file, when that fails."""
    try:
        while chunk:
            chunk = chunk[file.write(chunk) :]  # an unbuffered file may take less than all
    except OSError as error:
        raise OSError(
            f"{part}: it could not be written ({error.strerror}); make room on the disk and run the same command again "
            "to go on"
        ) from None


def _open(url: str, have: int, known: dict) -> http.client.HTTPResponse | None:
    """Ask for the file from byte `have` on; return None when the server says that there is nothing after it."""
    headers = {"User-Agent": "proj4 (course assignment, data preparation)"}
    if have:
        headers["Range"] = f"bytes={have}-"
        if known.get("etag") and not known["etag"].startswith("W/"):
            headers["If-Range"] = known["etag"]
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        with error:
            if have and error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                if error.headers.get("Content-Range") == f"bytes */{have}":
                    return None
                return _open(url, 0, known)
            reason = f"HTTP {error.code} {error.reason}"
            if error.code >= 500 or error.code == http.client.TOO_MANY_REQUESTS:
                raise ConnectionError(reason) from None
            raise _SourceError(reason) from None
    except urllib.error.URLError as error:
        raise _UnreachableError(f"the server cannot be reached ({error.reason})") from None
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(f"the server did not answer ({error or type(error).__name__})") from None
    except ValueError as error:
        raise _SourceError(f"this is not an address that can be downloaded ({error})") from None


def _version(response: http.client.HTTPResponse) -> dict:
    """Return what tells one version of a file from another: its length in bytes (None if unsaid), tag and date."""
    headers = response.headers
    if response.status == http.client.PARTIAL_CONTENT:
        total = headers.get("Content-Range", "").rpartition("/")[2]
    else:
        total = headers.get("Content-Length", "")
    return {
        "total": int(total) if total.isdigit() else None,
        "etag": headers.get("ETag"),
        "modified": headers.get("Last-Modified"),
    }


def _is_rest_of(response: http.client.HTTPResponse, have: int, version: dict, known: dict) -> bool:
    """Tell whether a partial answer starts at byte `have` of the version that the part is of."""
    # A server may leave tag and date out of a partial answer.
    same = all(known.get(key) in (None, value) for key, value in version.items() if value is not None)
    return same and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")


def _read(response: http.client.HTTPResponse) -> bytes:
    """Read up to `CHUNK` bytes; raise ConnectionError for whatever breaks a connection."""
    try:
        return response.read(CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(f"the connection was cut ({error or type(error).__name__})") from None
