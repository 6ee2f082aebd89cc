"""What is written of an experiment: table, chart, pictures, and whether what the lecture says holds here."""

import csv
import io
import os
import platform
from pathlib import Path

import torch
from matplotlib.figure import Figure

from proj4_code.given.explore.apparatus.experiment import Cell, Experiment, Result
from proj4_code.given.explore.apparatus.study import NO_WEIGHTS, Study
from proj4_code.given.files import png_bytes, write_whole

DPI = 110


def write_result(experiment: Experiment, result: Result, study: Study) -> list[Path]:
    """Write `table.csv`, `table.md`, `chart.png` and the pictures into the study's folder; return their paths."""
    paths = [study.out / "table.md", study.out / "table.csv", study.out / "chart.png"]
    write_whole(paths[0], as_page(experiment, result, study).encode())
    write_whole(paths[1], as_csv(result).encode())
    _save(result.chart, paths[2])
    for name, picture in result.pictures.items():
        paths.append(study.out / f"{name}.png")
        if isinstance(picture, Figure):
            _save(picture, paths[-1])
        else:
            write_whole(paths[-1], png_bytes(picture))
    return paths


def as_page(experiment: Experiment, result: Result, study: Study) -> str:
    """Write an experiment's result as a page of Markdown, with how it was measured."""
    data = " and ".join(str(source) for source in (study.data or "drawn streets", study.pairs) if source)
    weights = "" if study.weights == NO_WEIGHTS else f", weights {study.weights}"
    setting = f"{study.size}, {data}{weights}, measured in {study.seconds():.0f} s on {machine(study.device)}."
    pieces = [f"# {experiment.title}", setting, as_table(result)]
    if result.claims:
        pieces.append("\n".join(claim_line(sentence, holds) for sentence, holds in result.claims.items()))
    return "\n\n".join([*pieces, *result.notes]) + "\n"


def claim_line(sentence: str, holds: bool) -> str:
    """Write what the lecture says as an item of a list, with whether it holds here."""
    return f"- {'✓ as the lecture says' if holds else '✗ not here'}: {sentence}"


def as_table(result: Result) -> str:
    """Write the table in Markdown."""
    lines = [tuple(result.columns), ("---",) * len(result.columns)]
    lines += [tuple(map(_cell, row, result.columns.values())) for row in result.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_csv(result: Result) -> str:
    """Write the table as CSV, the values as they were measured."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([tuple(result.columns), *result.rows])
    return text.getvalue()


def machine(device: torch.device) -> str:
    """Describe in a few words what computed."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}"
    threads, cores = torch.get_num_threads(), os.cpu_count()
    return f"{threads} of {cores} cores ({platform.machine()}), torch {torch.__version__}"


def _cell(value: Cell, form: str) -> str:
    return "-" if value is None else format(value, form).replace("|", "\\|")


def _save(figure: Figure, path: Path) -> None:
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=DPI)
    write_whole(path, content.getvalue())
