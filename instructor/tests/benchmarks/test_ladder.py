"""Tests of the ladder: what is finished is never run again, what is unfinished is resumed, what is missing is said."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from instructor.benchmarks.ladder import climb as climbing
from instructor.benchmarks.ladder.__main__ import parse_weights
from instructor.benchmarks.ladder.climb import climb, keep_settings
from instructor.benchmarks.ladder.plan import CROPS, ROWS, STRIDED, Plan, Row, rungs
from instructor.benchmarks.ladder.report import UNMEASURED, draw, write_table
from instructor.release.skeletons import SOLUTION
from instructor.tests.training.samples import write_tiny_data
from proj4_code.given.networks.build import check_side
from proj4_code.given.training.settings import Settings, parse_command

EPOCHS = 3


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(tmp_path / "out", tmp_path / "data", tuple(rungs(18)), (0, 1), (120,), EPOCHS, {18: "imagenet"})


class Programs:
    """Stands in for the programs: writes what they write, remembers what was asked, and is killed when told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.die_in: int | None = None

    def __call__(self, plan: Plan, row: Row, module: str, *arguments: object) -> None:
        words = [str(argument) for argument in arguments]
        folder = Path(words[words.index("--out") + 1])
        killed = self.die_in == len(self.calls)
        what = "resume" if "--resume" in words else module
        self.calls.append((what, str(folder.relative_to(plan.out))))
        folder.mkdir(parents=True, exist_ok=True)
        if module == "evaluate":
            if not killed:
                (folder / "scores.json").write_text(json.dumps({"scores": {"miou": 0.5, "boundary_f1": 0.4}}))
        else:
            epochs = [{"seconds": 60.0, "images_per_second": 8.0}] * (1 if killed else plan.epochs)
            (folder / "metrics.jsonl").write_text("".join(json.dumps(epoch) + "\n" for epoch in epochs))
            (folder / "last.safetensors").touch()
        if killed:
            raise KeyboardInterrupt


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Programs:
    programs = Programs()
    monkeypatch.setattr(climbing, "program", programs)
    monkeypatch.setattr(climbing, "draw", lambda plan: None)  # it takes a while; a test of its own draws
    return programs


def test_every_run_is_trained_once_and_scored_once_on_each_split(plan: Plan, programs: Programs) -> None:
    keep_settings(plan)
    assert climb(plan) == 0
    assert len(programs.calls) == len(set(programs.calls))
    trained = [folder for what, folder in programs.calls if what == "train"]
    assert len(trained) == 2 * 6, "two seeds of seven rows, of which one is only tested otherwise"
    assert [what for what, _ in programs.calls].count("evaluate") == 2 * 7 * 2
    assert ("evaluate", "ppm-pspnet-18-120-seed1/test-multi-scale") in programs.calls


@pytest.mark.parametrize("die_in", [0, 4, 20])
def test_a_killed_ladder_goes_on_without_repeating_what_is_finished(
    plan: Plan, programs: Programs, die_in: int
) -> None:
    keep_settings(plan)
    programs.die_in = die_in
    with pytest.raises(KeyboardInterrupt):
        climb(plan)
    before, programs.calls, programs.die_in = programs.calls, [], None
    keep_settings(plan)
    climb(plan)
    killed_what, killed_folder = before[-1]
    first = ("resume" if killed_what == "train" else killed_what, killed_folder)
    assert programs.calls[0] == first, "it goes on with what was killed"
    assert not set(before[:-1]) & set(programs.calls)
    folders = {folder for _, folder in before + programs.calls}
    assert len(folders) == 12 + 28
    programs.calls = []
    climb(plan)
    assert programs.calls == [], "everything is finished"


def test_the_table_has_mean_spread_and_cost_and_says_what_is_missing(plan: Plan, programs: Programs) -> None:
    keep_settings(plan)
    text = write_table(plan)
    assert text.count(UNMEASURED) == 7 * 5
    climb(replace(plan, seeds=(0,)))
    test = plan.out / "ppm-pspnet-18-120-seed0" / "test" / "scores.json"
    assert (
        "| + PPM: PSPNet-18 | 0.500 (1 of 2 seeds) | 0.500 (1 of 2 seeds) | 0.400 (1 of 2 seeds) | 3.0 | 8.0 |"
        in write_table(plan)
    )
    climb(plan)
    test.write_text(json.dumps({"scores": {"miou": 0.6, "boundary_f1": 0.5}}))
    assert "| + PPM: PSPNet-18 | 0.500 ± 0.000 | 0.550 ± 0.071 | 0.450 ± 0.071 | 3.0 | 8.0 |" in write_table(plan)
    assert draw(plan).stat().st_size > 10_000
    assert (plan.out / "ladder.md").read_text() == write_table(plan)


def test_a_row_that_fails_is_named_and_the_others_are_measured(
    plan: Plan, programs: Programs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(plan: Plan, row: Row, module: str, *arguments: object) -> None:
        if row.name == "+ dilation":
            raise RuntimeError("train stopped: error: the disk is full")
        programs(plan, row, module, *arguments)

    monkeypatch.setattr(climbing, "program", failing)
    keep_settings(plan)
    assert climb(replace(plan, seeds=(0,))) == 1
    assert "+ dilation, short side 120, seed 0: train stopped: error: the disk is full" in capsys.readouterr().err
    assert write_table(plan).count(UNMEASURED) == 5


def test_a_depth_without_weights_is_left_out(plan: Plan, programs: Programs, capsys: pytest.CaptureFixture) -> None:
    climb(replace(plan, weights={}, seeds=(0,)))
    assert [folder for what, folder in programs.calls if what == "train"] == ["no-pretraining-120-seed0"]


def test_a_folder_of_other_settings_is_refused(plan: Plan) -> None:
    keep_settings(plan)
    keep_settings(replace(plan, seeds=(0, 1, 2)))  # more seeds may follow
    with pytest.raises(ValueError, match=r"with other settings: {'epochs': 3}; choose another --out"):
        keep_settings(replace(plan, epochs=50))


def test_weights_are_given_by_depth(tmp_path: Path) -> None:
    assert parse_weights(["imagenet"]) == dict.fromkeys((16, 18, 50, 101), "imagenet")
    assert parse_weights(["18=a.pth"]) == {18: str(Path("a.pth").resolve())}
    with pytest.raises(ValueError, match="expected imagenet, none, or DEPTH=FILE"):
        parse_weights(["resnet18.pth"])


def test_the_rows_are_those_of_the_paper_each_with_one_change_more() -> None:
    names = [row.name for row in ROWS]
    assert names[:3] == ["no pretraining", "pretrained baseline", "+ augmentation"]
    assert {"PSPNet-18", "PSPNet-101", "torchvision's FCN-50", "torchvision's DeepLabV3-50"} < set(names)
    assert {"FCN-32s-50", "FCN-16s-50", "FCN-8s-50", "U-Net-50", "DeepLabV3+-50", "SegNet-VGG16"} < set(names)
    assert len({row.slug for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slug)
def test_the_training_program_takes_the_options_of_every_row(row: Row) -> None:
    settings = Settings(**parse_command(row.options)[0])
    assert settings.depth == row.depth
    for crop in CROPS.values():
        check_side(settings.arch, "--crop", crop)


def test_a_row_is_trained_and_scored_by_the_programs_themselves(tmp_path: Path) -> None:
    """The first row: an ordinary ResNet, whose features lie 32 pixels apart."""
    data = write_tiny_data(tmp_path / "data")
    common = ("--batch", "2", "--workers", "0", "--device", "cpu")
    plan = Plan(tmp_path / "out", data, (rungs(18)[0],), (0,), (120,), 1, {}, common)
    keep_settings(plan)
    assert climb(plan) == 0
    assert UNMEASURED not in write_table(plan)
    run = plan.run_folder(plan.rows[0], 120, 0)
    assert json.loads((run / "settings.json").read_text())["settings"]["augment"] is False
    assert json.loads((run / "test" / "scores.json").read_text())["checkpoint"].endswith("last.safetensors")


def test_the_backbone_of_the_first_rows_is_strided(tmp_path: Path) -> None:
    strided = STRIDED.write(tmp_path / "strided")
    sides = []
    for folder in (SOLUTION, strided):
        names: dict = {}
        exec(compile((folder / "part2_dilated_resnet.py").read_text(), "part2", "exec"), names)
        features, aux = names["DilatedResNet"](18)(torch.zeros(1, 3, 65, 97))
        sides.append((tuple(features.shape[2:]), tuple(aux.shape[2:])))
    assert sides == [((9, 13), (9, 13)), ((3, 4), (5, 7))]
