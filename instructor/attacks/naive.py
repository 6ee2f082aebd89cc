"""What an upload would do to a grader that unpacks whatever it gets, and lays it over its own files."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tokenize
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from instructor.attacks.attack import PART
from proj4_unit_tests.harness.submission import KIT

CODE = ("proj4_code", "proj4_unit_tests")
READ_BY_PYTEST = ("conftest.py", "pytest.ini", "setup.cfg")
MANY_FILES = 5000
LONG_LINE = 100_000  # characters
LARGE = 10  # times the size that a zip names
ZIP_ENCRYPTED = 1  # flag of an entry


def damage(upload: Path, scratch: Path) -> Iterator[str]:
    """Unpack an upload without any care, and yield what it does, in words; nothing for a harmless one.

    This must only run where it can do no harm. What the upload's own code prints goes to standard output.

    Args:
        upload: a zip or a folder.
        scratch: an empty folder.
    """
    unpacked, site = scratch / "unpacked", scratch / "site"
    if upload.is_dir():
        subprocess.run(["cp", "-a", upload, unpacked], check=True)
    else:
        yield from _unpack(upload, unpacked)
    yield from (f"wrote {path}" for path in Path("/tmp").glob("gained*"))
    yield from _odd_files(unpacked)
    for name in CODE:
        shutil.copytree(KIT / name, site / name, ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
    subprocess.run(["cp", "-r", "--no-dereference", f"{unpacked}/.", site], check=False, stderr=subprocess.DEVNULL)
    yield from _taken_over(site)


def _unpack(upload: Path, folder: Path) -> Iterator[str]:
    """Write each entry where its name says, as what its mode says."""
    archive = zipfile.ZipFile(upload)
    names = Counter(archive.namelist())
    if len(names) > MANY_FILES:
        yield f"{len(names)} files"
        return
    yield from (f"{name!r} {count} times" for name, count in names.items() if count > 1)
    yield from (f"the name {name!r}" for name in names if not name.isprintable())
    for entry in archive.infolist():
        if entry.flag_bits & ZIP_ENCRYPTED:
            yield f"{entry.filename} needs a password"
            continue
        content = _inflate(archive, entry)
        if len(content) > LARGE * max(entry.file_size, 1):
            yield f"{len(content)} bytes in an entry of {entry.file_size}"
        path = Path(os.path.join(folder, entry.filename.replace("\\", "/")))  # noqa: PTH118  as others do
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, content, entry.external_attr >> 16)
        except OSError as error:
            print(error)


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return all that an entry holds, whatever size it names."""
    if entry.compress_type == zipfile.ZIP_STORED:
        return archive.read(entry)
    with Path(str(archive.filename)).open("rb") as file:
        file.seek(entry.header_offset)
        header = file.read(30)
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(file.read())


def _write(path: Path, content: bytes, mode: int) -> None:
    if stat.S_ISLNK(mode):
        path.symlink_to(content.decode())
    elif stat.S_ISCHR(mode):
        os.mknod(path, mode)
    else:
        path.write_bytes(content)
        path.chmod(stat.S_IMODE(mode) or 0o644)


def _odd_files(folder: Path) -> Iterator[str]:
    """Yield what is not an ordinary file with ordinary text."""
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            yield f"{path.name} is a link to {path.readlink()}"
        elif not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            yield f"{path.name} is a pipe or a device"
        elif mode & (stat.S_ISUID | stat.S_ISGID):
            yield f"{path.name} runs as its owner"
        elif path.suffix == ".zip":
            yield f"{path.name} is a zip in the upload"
        elif re.fullmatch(r"part\d_\w+\.py", path.name):
            yield from _odd_source(path)


def _odd_source(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    if b"\0" in content:
        yield f"{path.name} has null bytes"
    if max(map(len, content.splitlines()), default=0) > LONG_LINE:
        yield f"{path.name} has a line of more than {LONG_LINE} characters"
    with path.open("rb") as file:
        try:
            encoding, _ = tokenize.detect_encoding(file.readline)
        except SyntaxError as error:
            encoding = str(error)
    if encoding != "utf-8":
        yield f"{path.name} is in {encoding}"


def _taken_over(site: Path) -> Iterator[str]:
    """Yield what pytest and Python now find instead of the grader's own, and let Python start there."""
    for name in CODE:
        for path in (KIT / name).rglob("*.py"):
            other = site / path.relative_to(KIT)
            if not re.match(r"part\d", path.name) and other.is_file() and other.read_bytes() != path.read_bytes():
                yield f"replaced {path.relative_to(KIT)}"
    yield from (f"pytest reads {name}" for name in READ_BY_PYTEST if (site / name).is_file())
    found = PathFinder.find_spec(PART.removesuffix(".py"), [str(site)])
    if found and found.origin != str(site / PART):
        yield f"{PART} is {found.origin}"
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", "import json, proj4_code"], cwd=site, env=environment, check=False)
