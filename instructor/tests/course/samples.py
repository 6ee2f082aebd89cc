"""Exports of course systems as they are published, made small."""

import zipfile
from pathlib import Path

PART = "part5_iou.py"
CODE = b"x = 5\n"


def pack(path: Path, files: dict[str, bytes | str], date=(2026, 11, 28, 0, 0, 0)) -> Path:
    """Write a zip."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, date), content)
    return path


def packed(files: dict[str, bytes | str]) -> bytes:
    """Return a zip as bytes."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return pack(Path(folder) / "inner.zip", files).read_bytes()


def both(tmp_path: Path, files: dict[str, bytes | str]) -> list[Path]:
    """Write an export packed, and unpacked inside a single folder as a Mac does; return both."""
    path = pack(tmp_path / "export.zip", files)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked" / "export")
    (tmp_path / "unpacked" / ".DS_Store").write_text("x")
    mac = dict.fromkeys(["__MACOSX/._export", ".DS_Store"], b"x")
    return [
        path,
        tmp_path / "unpacked",
        tmp_path / "unpacked" / "export",
        pack(tmp_path / "again.zip", {f"export/{name}": text for name, text in files.items()} | mac),
    ]
