"""The same parts as folders that two well-known programs take: JPlag (https://github.com/jplag) and Dolos.

java -jar jplag.jar --language python3 --base-code base class/similarity/jplag/PART
dolos run --language python class/similarity/dolos/PART.zip
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from instructor.course.similarity.compare import COMPARED, Codes, base_code
from proj4_code.given.files import write_whole

BASE = "base"  # the folder of JPlag's base code
COLUMNS = ("filename", "full_name", "created_at", "label")
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


def write_folders(codes: Codes, out: Path, times: Mapping[str, datetime] | None = None, label: str = "class") -> None:
    """Write `jplag/PART/UPLOAD/FILE`, with the skeleton as base code, and `dolos/PART.zip` with `info.csv`.

    Args:
        codes: upload -> part file -> source; earlier terms and public solutions are called FOLDER/UPLOAD.
        out: folder for both.
        times: upload -> when it was handed in, where that is known.
        label: of uploads that are in no folder.
    """
    for part in COMPARED:
        files = {_folder(name): source for name in codes if (source := codes[name].get(part.file)) is not None}
        labels = {_folder(name): name.rpartition("/")[0] or label for name in codes}
        dates = {_folder(name): (times or {}).get(name, EPOCH) for name in codes}
        for name, source in {**files, BASE: base_code(part)}.items():
            folder = out / "jplag" / part.module / name
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / part.file, source.encode())
        rows = [(f"{name}.py", name, dates[name].isoformat(), labels[name]) for name in files]
        (out / "dolos").mkdir(parents=True, exist_ok=True)
        write_whole(out / "dolos" / f"{part.module}.zip", _dolos(files, rows))


def _folder(name: str) -> str:
    """Return an upload's name without folders; none of them is that of the base code."""
    own = name.replace("/", "--")
    return f"{own}-" if own == BASE else own


def _dolos(files: Mapping[str, str], rows: Sequence[tuple[str, ...]]) -> bytes:
    table = io.StringIO(newline="")
    csv.writer(table).writerows([COLUMNS, *rows])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("info.csv", table.getvalue())
        for name, source in files.items():
            archive.writestr(f"{name}.py", source)
    return packed.getvalue()
