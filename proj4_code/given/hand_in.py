"""What is handed in of a training run: its figures and the parts that made them, without the weights."""

import zipfile
from pathlib import Path

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
    unfinished = out.with_name(f"{out.name}.part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.write(path, name)
    unfinished.replace(out)
    return list(files)
