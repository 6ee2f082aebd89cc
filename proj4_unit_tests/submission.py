"""A submission is a folder of part files; here it is laid over a pristine kit."""

import shutil
from pathlib import Path

from proj4_unit_tests.rubric import PARTS

KIT = Path(__file__).resolve().parents[1]


def lay_over(submission: Path, folder: Path) -> Path:
    """Make a package `proj4_code` of the kit's own files and a submission's part files.

    A part that the submission lacks is the kit's; whatever else the submission holds is left out.

    Args:
        submission: folder that holds some of `part1_ppm.py` to `part6_training.py`.
        folder: where `proj4_code` is made; it must not have one yet.

    Returns:
        `folder`, for `sys.path` or PYTHONPATH.

    Raises:
        FileNotFoundError: if the submission holds no part at all.
    """
    files = [submission / part.file for part in PARTS if (submission / part.file).is_file()]
    if not files:
        raise FileNotFoundError(f"{submission} holds none of {', '.join(part.file for part in PARTS)}")
    shutil.copytree(KIT / "proj4_code", folder / "proj4_code", ignore=shutil.ignore_patterns("__pycache__"))
    for file in files:
        shutil.copyfile(file, folder / "proj4_code" / file.name)
    return folder
