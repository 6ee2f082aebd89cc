"""The experiments on networks, losses, transfer and merged data: their quickest forms, and, deep, their quick ones."""

from pathlib import Path

import pytest
import torch

from proj4_code.given.explore.__main__ import main
from proj4_code.given.explore.apparatus.study import Size, Study
from proj4_code.given.explore.decoders import ARCHITECTURES, costs
from proj4_code.given.explore.transfer import DISCARDED, RANDOM, SOURCE, started

PICTURES = {
    "decoders": {"predictions.png", "poles.png"},
    "losses": set(),
    "transfer": set(),
    "merging": {"merged.png", "mseg.png"},
}


@pytest.mark.parametrize("name", PICTURES)
def test_quickest(name: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main([name, "--quickest", "--out", str(tmp_path)])
    assert "measured in" in capsys.readouterr().out
    assert PICTURES[name] | {"chart.png", "table.md", "table.csv"} <= {path.name for path in tmp_path.iterdir()}
    rows = {path: path.stat().st_mtime_ns for path in (tmp_path / "rows").iterdir()}
    main([name, "--quickest", "--out", str(tmp_path)])  # nothing is measured twice
    assert rows == {path: path.stat().st_mtime_ns for path in (tmp_path / "rows").iterdir()}


@pytest.mark.deep
@pytest.mark.parametrize(
    ("name", "claims"),
    [
        ("decoders", ["FCN-8s, with two skips", "U-Net, with skips at every resolution"]),
        ("losses", ["finds more of the rare classes", "gives up pixel accuracy"]),
        ("merging", ["for both by the tree is best", "learnt its labels is ahead"]),
        ("transfer", ["weights from streets are ahead of random ones", "give the curve of random ones"]),
    ],
)
def test_quick_forms_say_what_the_lecture_says(
    name: str, claims: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    main([name, "--quick", "--out", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    for claim in claims:
        (line,) = [line for line in lines if line.startswith("- ") and claim in line]
        assert "✓" in line


def test_discarded_weights_are_those_of_a_random_start(tmp_path: Path) -> None:
    study = Study(Size.QUICKEST, None, tmp_path, torch.device("cpu"))
    random, discarded, source = (started(start, study, 0).state_dict() for start in (RANDOM, DISCARDED, SOURCE))
    assert all(torch.equal(random[name], discarded[name]) for name in random)
    differ = [name for name in random if name.startswith("backbone.") and not torch.equal(random[name], source[name])]
    assert len(differ) > 40


def test_weights_that_are_missing_are_refused_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r'^error: .*none\.pth is missing: --weights is "imagenet", "none", or a file'):
        main(["transfer", "--quickest", "--weights", str(tmp_path / "none.pth"), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out" / "rows").exists()


def test_costs_of_decoders_are_what_their_graphs_say() -> None:
    """PSPNet's dilated stages cost most operations; SegNet has the parameters of two VGG-16s without linear layers."""
    found = {arch: costs(arch) for arch in ARCHITECTURES}
    assert found["segnet"]["parameters"] == pytest.approx(29.4e6, rel=0.01)  # Badrinarayanan et al. 2017, table 6
    operations = {arch: row["operations"] for arch, row in found.items()}
    assert operations["fcn8s"] < operations["unet"] < operations["pspnet"]
    assert found["pspnet"]["memory"] > found["fcn32s"]["memory"]
