"""Attacks by the upload itself: what lies in it, how it is packed, and what its names say."""

import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from instructor.attacks.attack import PART, WRONG

TAKEN_OVER = "print('GAINED: imported')\n"


def _pack(files: dict[str, bytes | str], part: bool = True) -> Callable[[Path], Path]:
    """Return a function that packs files, and a wrong part 5, into a zip."""

    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "upload.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
            if part:
                archive.write(WRONG, PART)
        return folder / "upload.zip"

    return make


def _with_mode(name: str, content: bytes, mode: int) -> Callable[[Path], Path]:
    """Return a function that packs an entry of another kind than a regular file."""

    def make(folder: Path) -> Path:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, mode << 16
        with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
            archive.writestr(entry, content)
            archive.write(WRONG, "proj4_code/" + PART)
        return folder / "upload.zip"

    return make


def _bomb(folder: Path) -> Path:
    """Pack a part file of 200 MB of zeros, the size of which is said to be 1000 bytes."""
    with zipfile.ZipFile(folder / "upload.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open(PART, "w") as file:
        for _ in range(200):
            file.write(bytes(2**20))
    packed = bytearray((folder / "upload.zip").read_bytes())
    central = packed.rfind(b"PK\x01\x02")
    packed[central + 24 : central + 28] = struct.pack("<I", 1000)
    (folder / "upload.zip").write_bytes(packed)
    return folder / "upload.zip"


def _twice(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(WRONG, PART)
        archive.writestr(PART.upper().lower(), "import a_part_that_is_ignored")
    return folder / "upload.zip"


def _encrypted(folder: Path) -> Path:
    path = _pack({})(folder)
    packed = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.find(signature) + flags] |= 1
    path.write_bytes(packed)
    return path


def _zip_in_zip(folder: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(WRONG, PART)
    return _pack({"inner.zip": inner.getvalue()}, part=False)(folder)


def _links_in_folder(folder: Path) -> Path:
    upload = folder / "upload"
    upload.mkdir()
    (upload / PART).symlink_to("/etc/passwd")
    (upload / "loop").symlink_to(upload)
    (upload / "everything").symlink_to("/")
    return upload


def _pipe_in_folder(folder: Path) -> Path:
    upload = folder / "upload"
    upload.mkdir()
    os.mkfifo(upload / PART)
    return upload


ARCHIVES: dict[str, Callable[[Path], Path]] = {
    "conftest": _pack({"conftest.py": TAKEN_OVER, "proj4_unit_tests/conftest.py": TAKEN_OVER}),
    "pytest-ini": _pack({"pytest.ini": "[pytest]\naddopts = --co\n", "setup.cfg": "[tool:pytest]\naddopts = --co\n"}),
    "sitecustomize": _pack({"sitecustomize.py": TAKEN_OVER, "usercustomize.py": TAKEN_OVER}),
    "standard-modules": _pack(dict.fromkeys(("json.py", "socket.py", "numpy.py", "torch/__init__.py"), TAKEN_OVER)),
    "own-tests": _pack({"proj4_unit_tests/test_part5_iou.py": "def test_all(): pass\n"}),
    "own-kit": _pack({"proj4_code/given/classes.py": TAKEN_OVER, "proj4_code/__init__.py": TAKEN_OVER}),
    "package-for-part": _pack({"part5_iou/__init__.py": TAKEN_OVER}),
    "compiled-part": _pack({"part5_iou.pyc": b"\xa7\r\r\n" + bytes(100), "part5_iou.so": b"\x7fELF"}),
    "path-upwards": _pack({"../../../../tmp/gained-by-slip": "x", "../part5_iou.py": TAKEN_OVER}),
    "absolute-path": _pack({"/tmp/gained-by-slip": "x", "/etc/gained-by-slip": "x"}),
    "windows-path": _pack({"..\\..\\..\\..\\tmp\\gained-by-slip": "x", "C:\\gained-by-slip": "x"}),
    "link": _with_mode(PART, b"/etc/passwd", stat.S_IFLNK | 0o777),
    "link-to-folder": _with_mode("proj4_code", b"/etc", stat.S_IFLNK | 0o777),
    "device": _with_mode(PART, b"", stat.S_IFCHR | 0o666),
    "set-user-id": _with_mode(PART, WRONG.read_bytes(), stat.S_IFREG | 0o6777),
    "bomb": _bomb,
    "thousands-of-files": _pack({f"f{number}": "" for number in range(6000)}),
    "twice": _twice,
    "encrypted": _encrypted,
    "zip-in-zip": _zip_in_zip,
    "names-that-draw": _pack({"\x1b[2J<script>alert(1)</script>.py": "x", "a\u202egnp.exe": "x", "a\nb": "x"}),
    "null-bytes": _pack({"part1_ppm.py": b"\0" * 100}),
    "long-line": _pack({"part1_ppm.py": "x = '" + "y" * 400_000 + "'\n"}),
    "another-encoding": _pack({"part1_ppm.py": b"# -*- coding: rot13 -*-\nvzcbeg bf\n"}),
    "links-in-folder": _links_in_folder,
    "pipe-in-folder": _pipe_in_folder,
}
"""Name -> function that makes the upload in a folder and returns its path."""
