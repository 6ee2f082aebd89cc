"""What is handed in of a training run: its figures and the parts that made them, without the weights."""

import io
import zipfile
from pathlib import Path

from proj4_code.given.files import write_whole

PACKAGE = Path(__file__).resolve().parents[1]
SUFFIXES = (".json", ".jsonl", ".png")


def pack_results(run: Path, out: Path) -> list[str]:
    """Pack settings, metrics, scores and pictures of a run, and the six parts as they are now.

    Args:
        run: folder of the run; whatever is not there yet is left out.
        out: the zip; an older one is replaced.

    Returns:
        The names of the files in it: `proj4_code/part*.py` and `run/*`.
    """
    files = {f"proj4_code/{path.name}": path for path in sorted(PACKAGE.glob("part*.py"))}
    for path in sorted(run.rglob("*")):
        if path.suffix in SUFFIXES:
            files[f"run/{path.relative_to(run).as_posix()}"] = path
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.write(path, name)
    write_whole(out, packed.getvalue())
    return list(files)
