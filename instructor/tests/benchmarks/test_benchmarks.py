"""Tests of the benchmarks: each runs, small, and prints what it promises; what is compared computes the same."""

import re
import subprocess
import sys
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from instructor.benchmarks import growth, imports, machine, memory, metrics, pipeline, training_step
from instructor.benchmarks.grading.processes import descendants, memory_of, peak_memory
from instructor.benchmarks.grading.whole_class import COLUMNS, Run, make_class, row_of
from instructor.benchmarks.steps import flops_of, kit_loop, network_of, random_batch, torchvision_loop
from instructor.tests.training.samples import write_tiny_data
from proj4_unit_tests.harness.submission import KIT

CPU = torch.device("cpu")


@pytest.fixture
def printed_by(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run a benchmark with arguments; return what it prints, as on a machine without a GPU."""

    def run(module, *arguments: object) -> str:
        monkeypatch.setattr("torch.cuda.is_available", lambda: False)
        monkeypatch.setattr("sys.argv", ["benchmark", *map(str, arguments)])
        module.main()
        return capsys.readouterr().out

    return run


def rows_of(printed: str) -> list[list[str]]:
    """Take the cells of all tables, without their heads."""
    lines = [line for line in printed.splitlines() if line.startswith("|")]
    heads = [line for line, after in pairwise(lines) if after.startswith("| ---")]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line not in heads and not line.startswith("| ---")
    ]


def test_actions_are_measured_in_turn_after_one_round_that_warms_up() -> None:
    called = []
    seconds = machine.medians({name: lambda name=name: called.append(name) for name in "ab"}, runs=3)
    assert called == list("abababab")
    assert list(seconds) == ["a", "b"]
    assert all(value >= 0 for value in seconds.values())


def test_a_benchmark_says_on_what_it_runs() -> None:
    line = machine.describe("numpy", "no-such-package")
    assert re.search(r"^\d+ cores? of .+, \d+ threads?, .*GPU.*; Python 3\.\d+", line)
    assert f"torch {torch.__version__.split('+')[0]}" in line
    assert "no-such-package missing" in line
    assert re.search(r"\d{4}-\d{2}-\d{2}$", line)


def test_metrics_names_its_peers(printed_by) -> None:
    rows = rows_of(printed_by(metrics, "--runs", 1, "--size", 32, 48))
    names = [row[0] for row in rows]
    assert names[0] == names[5] == "part 5 of the reference"
    assert {"torchmetrics", "numpy.histogram2d", "scikit-learn"} < set(names)
    assert all(float(row[1]) > 0 for row in rows)


def test_ways_that_disagree_are_not_compared() -> None:
    prediction, target = metrics.labels(32, 48, CPU)
    cases = metrics.matrices(prediction, target)
    with pytest.raises(AssertionError):
        metrics.report("", cases | {"wrong": lambda: cases["torchmetrics"]().T}, 1, CPU)


def test_training_step_compares_loops_networks_and_the_program(printed_by, tmp_path) -> None:
    data = write_tiny_data(tmp_path / "data")
    arguments = ("--crop", 33, "--batch", 2, "--steps", 1, "--runs", 1, "--depth", 18, "--data", data)
    printed = printed_by(training_step, *arguments)
    ceilings, rows = rows_of(printed)[:2], rows_of(printed)[2:]
    assert [row[0] for row in ceilings] == ["matrix product", "3×3 convolution"]
    assert [row[0] for row in rows][:2] == ["PSPNet-18, the kit's loop", "PSPNet-18, torchvision's loop"]
    assert rows[0][2] == "1.00"
    assert all(float(row[1]) > 0 for row in rows)
    assert "segmentation-models-pytorch" in printed, "its row, or the sentence that it is not installed"
    assert re.search(r"a plain fp32 loop, from disk: [\d.]+ images/s; the program is [\d.]+ times as fast", printed)


def test_without_its_peer_training_step_says_so(printed_by, monkeypatch) -> None:
    monkeypatch.setattr(training_step, "installed", lambda _: None)
    printed = printed_by(training_step, "--crop", 33, "--batch", 2, "--steps", 1, "--runs", 1, "--depth", 18)
    assert "is not installed (pip install -e .[instructor]): its network was left out" in printed


def test_pipeline_measures_what_is_kept_beside_what_is_not(printed_by, tmp_path) -> None:
    data = write_tiny_data(tmp_path / "data")
    rows = rows_of(printed_by(pipeline, "--data", data, "--short-side", 48, "--crop", 33, "--batch", 2, "--runs", 1))
    assert [row[0].split(",")[0] for row in rows] == ["training"] * 3 + ["evaluation"] * 2
    assert all(float(cell) > 0 for row in rows for cell in row[1:])


def test_both_loops_train_alike() -> None:
    """Without the auxiliary classifier, whose weight differs, they are two ways to the same weights."""
    trained = []
    for loop in (kit_loop, torchvision_loop):
        network = network_of("pspnet", 18, CPU)
        network.aux_classifier = None
        torch.manual_seed(0)  # of dropout
        loop(network, [random_batch(2, 33, 33)] * 2, CPU)()
        trained.append({name: value.contiguous() for name, value in network.state_dict().items()})
    torch.testing.assert_close(*trained, rtol=1e-3, atol=1e-5)


def test_operations_are_counted_as_by_hand() -> None:
    class OneConvolution(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 11, 3, padding=1, bias=False)

        def forward(self, x: Tensor) -> dict[str, Tensor]:
            return {"out": self.conv(x)}

    forward = 2 * 3 * 11 * 9 * (16 * 24) * 2
    gradient_of_weights = forward  # the images need none
    assert flops_of(OneConvolution(), random_batch(2, 16, 24)) == forward + gradient_of_weights


def test_imports_are_those_of_fresh_processes(printed_by, monkeypatch) -> None:
    imports.start("proj4_code.given.prepare_camvid")
    with pytest.raises(subprocess.CalledProcessError):
        imports.start("no_such_module")
    started = []

    def start_python_alone(modules: str) -> None:
        started.append(modules)
        subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)

    monkeypatch.setattr(imports, "start", start_python_alone)
    rows = rows_of(printed_by(imports, "--runs", 1))
    assert len(started) == 2 * len(rows)
    assert {"Python alone", "torch, torchvision", "all six parts", "proj4_code.given.train"} <= {row[0] for row in rows}


def test_memory_is_more_than_weights_gradients_and_momentum() -> None:
    if torch.cuda.is_available():
        pytest.skip("on a GPU it is read from the allocator")
    weights = sum(parameter.numel() for parameter in network_of("pspnet", 18, CPU).parameters())
    [[crop, batch, megabytes]] = rows_of(memory.report(["pspnet"], 18, [2], [65]))
    assert (crop, batch) == ("65", "2")
    assert 3 * 4 * weights < 1e6 * float(megabytes) < 2e9


def test_growth_covers_images_sizes_and_batches(printed_by) -> None:
    arguments = ("--images", 1, 2, "--sizes", 1, "--batches", 2, "--crop", 33, "--runs", 1, "--depth", 18)
    rows = rows_of(printed_by(growth, *arguments))
    assert [row[0] for row in rows] == ["1", "2", "120×160", "2"]


def test_every_command_on_the_page_of_figures_exists() -> None:
    page = (KIT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    named = set(re.findall(r"python -m (instructor\.benchmarks\.\w+)", page))
    modules = {f"instructor.benchmarks.{module.stem}" for module in (KIT / "instructor" / "benchmarks").iterdir()}
    assert named <= modules
    assert {f"instructor.benchmarks.{name}" for name in ("training_step", "metrics", "memory", "ladder")} <= named


def test_a_class_has_its_percentiles_its_rate_and_what_runs_out_first() -> None:
    run = Run("2", workers=2, uploads=range(101), seconds=606.0, processor=606.0, memory=1e9)
    row = dict(zip(COLUMNS, row_of(run, cores=2, memory=4e9), strict=True))
    assert [row[name] for name in COLUMNS[:4]] == ["2", "50.0", "95.0", "99.0"]
    assert row["uploads a minute"] == "10.0"
    assert row["MB a worker, at most"] == "500"
    assert row["first to run out"] == "processor (50% used)"
    assert row_of(run, cores=8, memory=2e9)[-1] == "memory (50% used)"


def test_a_class_has_right_wrong_hanging_and_hostile_uploads(tmp_path) -> None:
    uploads = make_class(tmp_path / "uploads", 20)
    parts = [
        b"".join(path.read_bytes() for path in sorted(upload.glob("*.py"))) for upload in sorted(uploads.iterdir())
    ]
    assert len(parts) == 20
    assert len(set(parts[:7])) == 1
    assert len(set(parts)) == 14
    assert sum(b"while True: pass" in part for part in parts[7:18]) == 1
    assert all(sorted(path.suffix for path in upload.iterdir()) == [".py"] * 6 for upload in uploads.iterdir())


def test_memory_is_that_of_a_process_and_of_what_it_started() -> None:
    program = "import os, time; held = bytearray(200_000_000); held[::4096] = bytes(len(held[::4096])); time.sleep(5)"
    with peak_memory() as peak, subprocess.Popen([sys.executable, "-c", program]) as child:
        child.wait(timeout=60)
    assert peak[0] > 200e6
    assert child.pid not in descendants(1)
    assert memory_of(child.pid) == 0
