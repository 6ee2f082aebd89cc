"""The data of a run: CamVid from Drive or the network, or a few drawn streets for a rehearsal."""

from pathlib import Path

from proj4_code.given.notebooks.colab.backup import number_of, pack_folder, unpack_folder
from proj4_code.given.notebooks.colab.drive import Drive
from proj4_code.given.notebooks.processes import KIT
from proj4_code.given.notebooks.programs import run_program

PROGRAM = "proj4_code.given.prepare_camvid"
SHORT_SIDE = 240  # pixels, the course's setting


def prepare_camvid(name: str, drive: Drive) -> bool:
    """Prepare CamVid in a folder of the kit's, unless it is there, with a copy on Drive; return whether it is there."""
    folder = KIT / name
    packed = f"camvid-{SHORT_SIDE}.zip"
    kept = drive.folder and drive.folder / packed
    if kept and not folder.exists() and unpack_folder(kept, folder):
        print(f"CamVid comes from {kept}")
    if not _prepare(folder):
        return False
    if kept and not number_of(kept):
        drive.write(packed, lambda path: pack_folder(folder, path))
    return True


def _prepare(folder: Path) -> bool:
    """Run the program; if what is there already is in the way, it is put aside."""
    command = (PROGRAM, folder.relative_to(KIT), "--short-side", SHORT_SIDE)
    was_there = folder.exists()
    ended = run_program(*command)
    if ended.status == 0 or ended.failure.get("error") == "ConnectionError" or not was_there:
        return ended.status == 0
    aside = next(path for n in range(1, 100) if not (path := folder.with_name(f"{folder.name}-old-{n}")).exists())
    folder.rename(aside)
    print(f"The files in data/{folder.name} cannot be used: they are now in data/{aside.name}, and are made again.")
    return run_program(*command).status == 0


def draw_streets(name: str, frames: int) -> None:
    """Draw streets into a folder of the kit's, unless they are there already."""
    run_program(PROGRAM, name, "--synthetic", "--frames", frames, "--short-side", 120)
