"""What the cells of the Colab notebook do with a run: data, training, scores, report, and what is handed in.

The same steps work on any machine; without a GPU, or without CamVid, they are a rehearsal on drawn streets.
"""

import os
import shutil
from pathlib import Path

from IPython.display import Image, Markdown, display

from proj4_code.given.notebooks.cells import run_tests
from proj4_code.given.notebooks.colab.comparison import VARIANTS, compare
from proj4_code.given.notebooks.colab.data import draw_streets, prepare_camvid
from proj4_code.given.notebooks.colab.drive import Drive
from proj4_code.given.notebooks.colab.training import Settings, train
from proj4_code.given.notebooks.export import export_this_notebook
from proj4_code.given.notebooks.processes import KIT
from proj4_code.given.notebooks.programs import run_program

QUICK = bool(os.environ.get("PROJ4_QUICK"))  # the tests' setting
REHEARSAL = {
    "epochs": 1 if QUICK else 4,
    "depth": 18,
    "crop": 33 if QUICK else 97,
    "batch": 4,
    "lr": 0.001,
    "weights": "none",
    "optimizer": "adamw",
    "head-multiplier": 1,  # nothing is pretrained that should learn more slowly
}
FRAMES = 12 if QUICK else 80
PICTURES = {
    "iou": "The IoU of each class",
    "confusion": "What each class is taken for",
    "predictions": "Frames from all over the split",
    "worst": "The hardest frames",
}
"""Pictures of the given programs, by the name of the file, in the order in which they are shown."""


class Session:
    """A run and everything around it.

    Args:
        run: its name.
        settings: of the training.
        drive: folder that outlives this machine; None if there is none.
        rehearse: train a small network on a few drawn streets.

    Attributes:
        name, settings: those that are used; a rehearsal has its own.
        data: folder of the data, in the kit's folder.
        trained: whether the run has all its epochs.
    """

    def __init__(self, run: str, settings: Settings, drive: Path | None, rehearse: bool) -> None:
        self.name, self.settings, self.drive = run, settings, Drive(drive)
        self.data = "data/camvid"
        self.rehearsal = self.trained = False
        if rehearse:
            self.rehearse()

    @property
    def run(self) -> Path:
        """Folder of the run."""
        return KIT / "runs" / self.name

    def rehearse(self) -> None:
        """Make this a rehearsal, from the beginning."""
        self.rehearsal = True
        self.name, self.settings, self.drive = "rehearsal", REHEARSAL, Drive(None)
        self.data = f"data/rehearsal-{FRAMES}"
        for suffix in ("", *VARIANTS):
            shutil.rmtree(f"{self.run}{suffix}", ignore_errors=True)
        print("This is a rehearsal on a few drawn streets: it shows that everything runs; its scores mean nothing.")

    def prepare_data(self) -> None:
        """Get CamVid from Drive or the network; if it is not available, draw streets."""
        if not self.rehearsal:
            if prepare_camvid(self.data, self.drive):
                return
            print("CamVid is not available now, so this becomes a rehearsal. Try again later: Runtime > Run all.")
            self.rehearse()
        draw_streets(self.data, FRAMES)

    def train(self) -> None:
        """Train the run, or go on with it where it was, here or on an earlier machine."""
        self.trained = train(self.run, self.settings, (), self.data, self.drive)

    def show_run(self) -> None:
        """Show how good the run is on the validation split."""
        show_pictures(self.run)

    def test(self) -> None:
        """Score the best network of the run on the test split, and show how good it is, and where it is worst."""
        best = f"runs/{self.name}/best.safetensors"
        if not self.trained:
            print("There is no finished training to test.")
        elif run_program("proj4_code.given.evaluate", best, "--data", self.data, "--split", "test").status == 0:
            show_pictures(self.run / "test")

    def test_parts(self) -> None:
        """Run the unit tests, and pack the parts as they are now, for the next machine."""
        run_tests()
        packed = KIT.with_name("proj4_colab.zip")
        if run_program("zip_for_colab", "--with-tests", packed).status == 0:
            self.drive.write(packed.name, lambda path: path.write_bytes(packed.read_bytes()))

    def download(self, results: Path) -> None:
        """Download the results with the browser, where there is one."""
        try:
            from google.colab import files

            files.download(str(results))
        except (Exception, KeyboardInterrupt) as error:
            where = f", or take the copy in {self.drive.folder}" if self.drive.folder else ""
            print(
                f"The download does not work here ({type(error).__name__}): in the Files pane (the folder at the left "
                f"edge), choose {results.relative_to(KIT.parent)} > Download{where}."
            )

    def compare(self) -> None:
        """Train the same network without pyramid pooling, without auxiliary loss and without both, and compare."""
        for suffix, variant in VARIANTS.items():
            print(f"{variant.title}:")
            run = self.run.with_name(f"{self.name}{suffix}")
            train(run, self.settings, variant.options, self.data, self.drive)
        display(Markdown(compare(self.run)))
        display(Image(filename=str(self.run.with_name("comparison.png"))))

    def report(self) -> None:
        """Write this notebook, as it is now, into one HTML file, which goes with the results."""
        export_this_notebook(self.run / "report.html", KIT / "proj4_colab.ipynb")

    def pack(self) -> Path | None:
        """Pack what is handed in; say what is in it, and what will be graded."""
        results = KIT / "proj4_results.zip"
        self.run.mkdir(parents=True, exist_ok=True)
        hand_in = ("proj4_code.given.hand_in", f"runs/{self.name}", "--data", self.data, "--out", results)
        packed = run_program(*hand_in).status == 0
        if self.rehearsal or not self.trained:
            what = "This was only a rehearsal" if self.rehearsal else "There is no finished training in it"
            print(f"\n{what}: do not hand this in. Without a run on a GPU, hand in proj4_colab.zip: your six parts.")
        if packed and self.drive.write(results.name, lambda path: path.write_bytes(results.read_bytes())):
            print(f"\nA copy is in {self.drive.folder}.")
        return results if packed else None


def show_pictures(folder: Path) -> None:
    """Show what there is of `PICTURES` in a folder."""
    there = {title: path for name, title in PICTURES.items() if (path := folder / f"{name}.png").is_file()}
    for title, path in there.items():
        display(Markdown(f"**{title}**"), Image(filename=str(path)))
    if not there:
        print("There are no pictures yet: nothing was trained.")
