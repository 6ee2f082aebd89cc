"""Download one file from the first of several sources that delivers it, resuming what an earlier run has begun.

While it arrives the file is called `TARGET.part`; it gets its own name only when it is whole. `TARGET.part.json` says
which version of the file at which address the part is of, so that two versions are never joined (HTTP range requests:
RFC 9110, sections 13 and 14).
"""

import http.client
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

TIMEOUT = 30.0  # seconds without a byte until a connection counts as cut
WAITS = (1, 3, 10)  # seconds before each new try when a connection is cut and no new byte has come since
CHUNK = 1 << 16  # bytes


class _SourceError(Exception):
    """A source does not deliver the file, and asking it again would not help."""


class _UnreachableError(ConnectionError):
    """No connection was made: worth a new try after a cut, but not at first."""


def download(urls: Sequence[str], target: Path) -> None:
    """Download `target`, unless it is there already.

    Args:
        urls: addresses of the same file; the one that a part was begun from comes first, then they are tried in order.
        target: where the file goes; its folder is made.

    Raises:
        ConnectionError: no source delivered it; the message lists each source and what went wrong with it.
        OSError: the file cannot be written (a full disk, a folder that is not writable).
    """
    if target.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = _Part(target)
    failures = []
    for url in sorted(urls, key=lambda url: url != part.version().get("url")):
        try:
            _receive_all(url, part)
        except (_SourceError, ConnectionError) as error:
            failures.append(f"{url}: {error}")
            continue
        part.finish()
        return
    kept = f" ({part.size() / 1e6:.1f} MB are kept)" if part.size() else ""
    raise ConnectionError(
        f"{target.name} could not be downloaded. {'; '.join(failures)}. Check the network and run the same command "
        f"again{kept}, or download the file in a browser and save it as {target}"
    )


class _Part:
    """The part of a file that has arrived, and a note of the version that it is of."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path, self.note = (target.with_name(target.name + suffix) for suffix in (".part", ".part.json"))

    def size(self) -> int:
        """Return how many bytes have arrived."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def version(self) -> dict:
        """Return what is known of the version: `url`, `total`, `etag`, `modified`; nothing without a readable note."""
        try:
            known = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def begin(self, version: dict) -> None:
        """Begin again, with another version."""
        self.path.write_bytes(b"")  # before the note: it must never describe an older part
        self.note.write_text(json.dumps(version), encoding="utf-8")

    def append(self, response: http.client.HTTPResponse, total: int | None) -> None:
        """Write what comes behind what is there; `total` is the length of the file in bytes, if known."""
        with (
            self.path.open("ab", buffering=0) as file,
            tqdm(desc=self.target.name, initial=file.tell(), total=total, unit="B", unit_scale=True) as bar,
        ):
            while chunk := _read(response):
                bar.update(len(chunk))
                try:
                    while chunk:
                        chunk = chunk[file.write(chunk) :]  # an unbuffered file may take less than all
                except OSError as error:
                    raise OSError(
                        f"{self.path}: it could not be written ({error.strerror}); make room on the disk and run the "
                        "same command again to go on"
                    ) from None

    def finish(self) -> None:
        """Give the file its own name."""
        self.path.replace(self.target)
        self.note.unlink(missing_ok=True)


def _receive_all(url: str, part: _Part) -> None:
    """Complete the part from one source, connecting again when the connection is cut."""
    reached, tries, most = False, 0, part.size()
    while True:
        try:
            return _receive(url, part)
        except ConnectionError as error:
            if isinstance(error, _UnreachableError) and not reached:
                raise
            reached = True
            if part.size() > most:
                tries, most = 0, part.size()
            if tries == len(WAITS):
                raise
            tqdm.write(f"{url}: {error}; trying again in {WAITS[tries]} s", file=sys.stderr)
            time.sleep(WAITS[tries])
            tries += 1


def _receive(url: str, part: _Part) -> None:
    """Make one request and write what comes, behind the part if the server continues it, else from the beginning.

    Raises:
        ConnectionError: the connection was not made or was cut; what has come is kept.
        _SourceError: the server has no such file, or sent a web page instead.
    """
    known = part.version()
    have = part.size() if known.get("url") == url else 0
    response = _open(url, have, known)
    if response is None:  # the part is the whole file already
        return
    with response:
        version = {"url": url} | _version(response)
        continues = response.status == http.client.PARTIAL_CONTENT
        if continues and not _is_rest_of(response, have, version, known):
            part.path.unlink()
            raise ConnectionError("the file has changed since the first part came")
        if response.headers.get_content_type() == "text/html" and part.target.suffix != ".html":
            raise _SourceError("the server sent a web page (text/html) instead of the file")
        if not continues:
            part.begin(version)
        total = version["total"]
        part.append(response, total)
    if total is not None and part.size() != total:
        raise ConnectionError(f"the connection was cut after {part.size()} of {total} bytes")


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
    """Return whether a partial answer starts at byte `have` of the version that the part is of."""
    # A server may leave tag and date out of a partial answer.
    same = all(known.get(key) in (None, value) for key, value in version.items() if value is not None)
    return same and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")


def _read(response: http.client.HTTPResponse) -> bytes:
    """Read up to `CHUNK` bytes; raise ConnectionError for whatever breaks a connection."""
    try:
        return response.read(CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(f"the connection was cut ({error or type(error).__name__})") from None
