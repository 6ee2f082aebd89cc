"""Pack what is handed in: the six parts with what they import, and a training run with a file that checks its scores.

`python -m proj4_code.given.hand_in runs/NAME` writes `proj4_results.zip`, and says what of it is graded.
"""

import argparse
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import safetensors.torch
import torch

from proj4_code.given.basics.imports import own_code, strays
from proj4_code.given.basics.messages import explain, one_line_errors
from proj4_code.given.basics.progress import bar_over
from proj4_code.given.basics.work_log import WORK_LOG
from proj4_code.given.data.contents import check_data
from proj4_code.given.data.splits import read_split, split_path
from proj4_code.given.files import write_whole
from proj4_code.given.networks.inference import add_device_option, choose_device, load_network, predict_train_ids
from proj4_code.given.parts import PARTS
from proj4_code.given.scene_drawing.dataset import data_folder

PACKAGE = Path(__file__).resolve().parents[1]
SUFFIXES = (".html", ".json", ".jsonl", ".pdf", ".png")
RESULTS = "results.safetensors"


def write_results(run: Path, data: Path | None, device: str) -> None:
    """Predict the test split with the best network of a run; write both into `results.safetensors` in its folder.

    The file holds no pickle: `description` is JSON as bytes, `weights/NAME` are the network's tensors in half
    precision, `predictions/FRAME` are (H, W) uint8 of train ids. Without `data`, it is what the network was trained on.

    Raises:
        FileNotFoundError, ValueError: if the network or the data is missing or damaged.
    """
    from proj4_code.part4_camvid import CamVid

    (run / RESULTS).unlink(missing_ok=True)
    chosen = choose_device(device)
    model, description = load_network(run / "best.safetensors", chosen)
    settings = description["settings"]
    data = data_folder(data or settings["data"])
    check_data(data, ("test",))
    facts = json.dumps({name: description[name] for name in ("settings", "classes", "epoch")})  # not its long history
    tensors = {"description": torch.from_numpy(np.frombuffer(facts.encode(), np.uint8).copy())}
    for name, value in model.state_dict().items():
        half = value.half() if value.is_floating_point() else value
        tensors[f"weights/{name}"] = half.cpu().clone(memory_format=torch.contiguous_format)
    # What is handed in is what the handed-in weights give.
    model.load_state_dict({name: tensors[f"weights/{name}"] for name in model.state_dict()})
    frames = CamVid(data, "test")
    names = read_split(split_path(data, "test"))
    for number, name in enumerate(bar_over(names, "predicting the test split")):
        image, _ = frames[number]
        tensors[f"predictions/{name}"] = predict_train_ids(model, image, settings["short_side"], chosen)
    write_whole(run / RESULTS, safetensors.torch.save(tensors))


def pack_results(run: Path, out: Path) -> list[str]:
    """Pack settings, metrics, scores, pictures, report and `results.safetensors` of a run, and the parts.

    Modules of the student's own that the parts import come along, and the log of the student's work if there is one.

    What is not there yet is left out. Returns the names of the files in the zip: `proj4_code/*`, `run/*` and the log's.
    """
    code = [part.file for part in PARTS if (PACKAGE / part.file).is_file()]
    files = {f"proj4_code/{name}": PACKAGE / name for name in (*code, *own_code(PACKAGE).modules)}
    for path in sorted(run.rglob("*")):
        if path.suffix in SUFFIXES or path.name == RESULTS:
            files[f"run/{path.relative_to(run).as_posix()}"] = path
    if (PACKAGE.parent / WORK_LOG).is_file():
        files[WORK_LOG] = PACKAGE.parent / WORK_LOG
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.write(path, name)
    write_whole(out, packed.getvalue())
    return list(files)


def contents(names: Sequence[str]) -> str:
    """Describe a zip with files of these names, and what is graded of it."""
    run = [name.removeprefix("run/") for name in names if name.startswith("run/") and name != f"run/{RESULTS}"]
    packed = [part for part in PARTS if f"proj4_code/{part.file}" in names]
    unwritten = [part for part in packed if part.count_unwritten((PACKAGE / part.file).read_bytes())]
    own, problems = own_code(PACKAGE)
    imported = f", with {', '.join(own)}, which they import" if own else ""
    lines = [f"graded: your {len(packed)} part{'s' * (len(packed) != 1)}, as they are now{imported}"]
    if unwritten:
        several = "s" if len(unwritten) > 1 else ""
        lines.append(f"        (not finished: part{several} {', '.join(str(part.number) for part in unwritten)})")
    lines += [f"        change this first: {problem}" for problem in problems]
    lines += [f"left out: {name}, which is not one of the six files, nor imported by them" for name in strays(PACKAGE)]
    if f"run/{RESULTS}" in names:
        lines.append(f"graded: {RESULTS}: the network, which must predict again what it predicted on the test split")
    lines.append(f"for you and your teacher to look at: {', '.join(run) or 'nothing'}")
    if WORK_LOG in names:
        lines.append(f"packed too: {WORK_LOG}, the log of your work, since you keep one; it never changes your points")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m proj4_code.given.hand_in", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("run", type=Path, help="folder of the run, such as runs/pspnet-50")
    add("--data", type=Path, metavar="DIR", help="prepared data (default: what it was trained on)")
    add("--out", type=Path, default=Path("proj4_results.zip"), metavar="ZIP", help="default: proj4_results.zip")
    add_device_option(parser)
    options = parser.parse_args(arguments)
    with one_line_errors():
        try:
            write_results(options.run, options.data, options.device)
        except Exception as error:  # whatever a part may raise: the parts are packed all the same
            print(f"without {RESULTS}, so the training earns nothing: {explain(error)}")
        names = pack_results(options.run, options.out)
        print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB\n{contents(names)}")


if __name__ == "__main__":
    main()
