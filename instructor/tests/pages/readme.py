"""Draw the pictures of README.md: `python -m instructor.tests.pages.readme`.

They are the first rows of the demo's predictions, and what pytest prints of an upload with one mistake.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from docs.drawing.terminal import draw
from instructor.catalogue import MISTAKES
from instructor.release.skeletons import SOLUTION
from proj4_code.given.parts import PARTS
from proj4_code.given.pictures.labels import FONT_SIZE, GAP
from proj4_unit_tests.harness.submission import KIT

FIGURES = KIT / "docs" / "figures"
TERMINAL = FIGURES / "readme_tests.svg"
PREDICTIONS = FIGURES / "readme_predictions.png"
MISTAKE = "2-field-dilated-side"
COLUMNS = 100
ROWS = 2  # of the demo's predictions
FRAME = 240  # pixels, a frame's height there
STRIP = FONT_SIZE + 2 * GAP  # that of a line of text, and of the legend


def printed() -> str:
    """Run the tests on a right part 1, a part 2 with a mistake and skeletons; return what they print at the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in PARTS:
            shutil.copyfile(KIT / "proj4_code" / part.file, folder / part.file)
        shutil.copyfile(SOLUTION / PARTS[0].file, folder / PARTS[0].file)
        mistake = next(edit for edit in MISTAKES if edit.name == MISTAKE)
        shutil.copyfile(mistake.write(folder / "mistake") / mistake.part.file, folder / mistake.part.file)
        shutil.rmtree(folder / "mistake")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "proj4_unit_tests", "--submission", folder, "--color=yes"],
            cwd=KIT,
            env=os.environ | {"COLUMNS": str(COLUMNS)},
            capture_output=True,
            text=True,
            check=False,
        )
    lines = done.stdout.splitlines()
    first = next(number for number, line in enumerate(lines) if " what is wrong " in line)
    last = next(number for number, line in enumerate(lines) if line.startswith("Next: "))
    return "\n".join(lines[first : last + 1])


def crop_predictions() -> Image.Image:
    """Keep the first rows of the demo's predictions, and the legend."""
    sheet = Image.open(FIGURES / "demo_predictions.png")
    height = STRIP + ROWS * (STRIP + FRAME + GAP)
    picture = sheet.crop((0, 0, sheet.width, height + STRIP))
    picture.paste(sheet.crop((0, sheet.height - STRIP, sheet.width, sheet.height)), (0, height))
    return picture


def main() -> None:
    """Write both pictures."""
    TERMINAL.write_text(draw(printed()), encoding="utf-8")
    crop_predictions().quantize(256, dither=Image.Dither.NONE).save(PREDICTIONS, optimize=True)


if __name__ == "__main__":
    main()
