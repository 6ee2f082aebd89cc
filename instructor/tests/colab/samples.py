"""A training that takes no time, in the place of the real one, and a session of the Colab notebook."""

import errno
import shutil
from pathlib import Path

from proj4_code.given.notebooks.colab.session import Session
from proj4_code.given.notebooks.history import read_history

SETTINGS = {"epochs": 3, "depth": 18, "crop": 33, "batch": 32, "lr": 0.01, "weights": "none"}
TRAINING = """
import argparse, json, pathlib, sys

from proj4_code.given.basics.messages import one_line_errors

parser = argparse.ArgumentParser()
for name in ("epochs", "depth", "crop", "batch", "lr", "weights", "data", "out", "bins"):
    parser.add_argument(f"--{name}")
for name in ("resume", "no-aux"):
    parser.add_argument(f"--{name}", action="store_true")
options = parser.parse_args()
run = pathlib.Path(options.out)
metrics, settings = run / "metrics.jsonl", {"settings": {"batch": int(options.batch)}}
if options.resume:
    assert json.loads((run / "settings.json").read_text()) == settings, "a resumed run keeps its settings"
else:
    run.mkdir(parents=True)
    (run / "settings.json").write_text(json.dumps(settings))
    (run / "last.safetensors").write_text("0 epochs")
room = pathlib.Path("room")
if room.is_file() and int(options.batch) > int(room.read_text()):
    print(f"out of memory with --batch {options.batch} on the GPU: looking for a batch that fits")
    with one_line_errors():
        error = MemoryError("another batch may fit")
        error.batch_that_fits = int(room.read_text()) if int(room.read_text()) >= 2 else None
        raise error
if pathlib.Path("use a part").exists():
    with one_line_errors():
        import proj4_code.part1_ppm
done = metrics.read_text().splitlines() if metrics.is_file() else []
for epoch in range(len(done) + 1, int(options.epochs) + 1):
    if pathlib.Path(f"stop before {epoch}").exists():
        sys.exit("error: stopped")
    row = {"epoch": epoch, "loss": 1 / epoch, "val_miou": 0.1 * epoch, "images_per_second": 10, "seconds": 30}
    done.append(json.dumps(row))
    (run / "last.safetensors").write_text(f"{epoch} epochs")
    metrics.write_text("".join(f"{line}\\n" for line in done))
print("trained with batches of", options.batch)
"""


class Place:
    """A place in a notebook that can be updated; it remembers what it shows."""

    def __init__(self, shown: object) -> None:
        self.shown = [shown]

    def update(self, shown: object, **_: object) -> None:
        self.shown.append(shown)


def session(drive: Path | None) -> Session:
    return Session("mine", SETTINGS, drive, rehearse=False)


def new_machine(kit: Path) -> None:
    """Take the machine away, as Colab does: what is not on Drive is gone."""
    shutil.rmtree(kit / "runs", ignore_errors=True)
    shutil.rmtree(kit / "data", ignore_errors=True)


def epochs(run: Path) -> list[int]:
    return [row["epoch"] for row in read_history(run)]


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
