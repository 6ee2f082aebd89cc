"""What the documents say is what the project does."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from instructor.catalogue import MISTAKES
from instructor.release.handout import handout_html
from instructor.rubric import POINTS
from instructor.tests.unit_tests.suites import run_suite
from proj4_code.given.parts import PARTS, TOGETHER
from proj4_unit_tests.harness.submission import KIT

PAGES = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/benchmarks.md",
    "docs/handout.md",
    "docs/instructor-guide.md",
    "docs/results.md",
    "docs/student-readme.md",
)


def _text(page: str) -> str:
    return (KIT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    folder = KIT if page == "docs/student-readme.md" else (KIT / page).parent  # that one becomes the kit's README.md
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", _text(page)):
        assert link.startswith("http") or (folder / link).is_file(), link


def test_the_handout_has_the_rubrics_points():
    handout = _text("docs/handout.md")
    table = dict(re.findall(r"^\| .*`(part\d_\w+)\.py` \| (\d+) \|", handout, re.MULTILINE))
    table[TOGETHER.module] = re.search(r"^\| several parts together \| +\| (\d+) \|", handout, re.MULTILINE)[1]
    for part in (*PARTS, TOGETHER):
        points = sum(points for test, points in POINTS.items() if test.startswith(f"test_{part.module}/"))
        assert float(table[part.module]) == points
    total = re.search(r"^\| \*\*all\*\* \| +\| \*\*(\d+)\*\* \|", handout, re.MULTILINE)[1]
    assert float(total) == sum(POINTS.values())


def test_the_handout_is_a_page_that_needs_no_other_file():
    page = handout_html()
    pictures = re.findall(r'<img alt="([^"]+)" src="data:image/(?:png|svg\+xml);base64,', page)
    assert len(pictures) == len(list((KIT / "docs" / "figures").glob("handout_*")))
    assert page.count("<img") == len(pictures)
    assert not re.search(r"<link\b|<script[^>]|\b(?:src|href)=\"(?!data:|#|https://)", page)
    assert "prefers-color-scheme: dark" in page


def test_each_part_of_the_handout_begins_with_its_row_of_the_table():
    handout = _text("docs/handout.md")
    rows = re.findall(r"^\| \[(\d) .*`(part\d_\w+\.py)` \| (\d+) \| (.+) \|", handout, re.MULTILINE)
    facts = re.findall(r"^## Part (\d): .+\n\n(\d+) points · (.+) · `(\w+\.py)`$", handout, re.MULTILINE)
    assert [(number, points, time, file) for number, file, points, time in rows] == facts
    assert len(facts) == len(PARTS)


def test_each_part_of_the_handout_has_the_same_sections():
    sections = re.split(r"^## ", _text("docs/handout.md"), flags=re.MULTILINE)
    parts = [section for section in sections if section.startswith("Part ")]
    for part in parts:
        headings = re.findall(r"^### (.+)$", part, re.MULTILINE)
        assert [heading for heading in headings if not heading.startswith("Why")] == [
            *("The idea", "What to write", "How it is tested", "Questions")
        ]


def test_a_line_under_each_figure_leads_to_something_to_play_with():
    handout = _text("docs/handout.md")
    figures = re.findall(r"^!\[.*?\)$\n\n(?:\*[^*]+\*\n\n)?(.*)", handout, re.MULTILINE)
    assert len(figures) == len(list((KIT / "docs" / "figures").glob("handout_*")))
    for line in figures:
        notebook, experiment = (
            r"\[`\w+\.ipynb`\]\(\.\./\w+\.ipynb\)",
            r"`python -m proj4_code\.given\.explore \w+ --quick`",
        )
        assert re.match(rf"\*\*(?:Play with|Try) it:\*\* .*(?:{notebook}|{experiment})", line), line
    local = _text("proj4_local.ipynb")
    for number in re.findall(r"proj4_local.ipynb\), part (\d)\.", handout):
        assert f"## Part {number}:" in local


def test_links_within_the_page_of_the_handout_lead_somewhere():
    page = handout_html()
    places = set(re.findall(r'id="([^"]+)"', page))
    links = re.findall(r'href="#([^"]+)"', page)
    assert len(links) > 2 * len(PARTS)
    assert set(links) <= places


def test_every_picture_of_the_handout_is_drawn_by_the_script():
    drawn = dict(re.findall(r'"(\w+)": \(\w+\.draw\w*, "(\w+)"\)', _text("docs/draw_figures.py")))
    there = {path.stem.removeprefix("handout_"): path.suffix[1:] for path in (KIT / "docs/figures").glob("handout_*")}
    assert drawn == there


def test_examples_of_wrong_answers_are_real(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")  # of the terminal
    corners = next(edit for edit in MISTAKES if edit.name == "1-corners")
    _, printed, _ = run_suite("--submission", corners.write(tmp_path / "corners"), "-k", "part1")
    said = " ".join(printed.split())
    for page in ("README.md", "docs/handout.md"):
        example = re.search(r"^ *One mistake, .*\n(?: *\S.*\n)+? *…$", _text(page), re.MULTILINE)
        lines = [" ".join(line.split()) for line in example[0].splitlines()[:-1]]
        assert len(lines) > 5
        assert [line for line in lines if line not in said] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_exist(page):
    for module in set(re.findall(r"python -m ((?:proj4_code|instructor)[\w.]*)", _text(page))):
        path = Path(KIT, *module.split("."))
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
    commands = set(re.findall(r"python -m instructor ([a-z][\w-]+)", _text(page)))
    usage = subprocess.run([sys.executable, "-m", "instructor", "--help"], cwd=KIT, capture_output=True, text=True)
    assert commands <= set(re.findall(r"^    ([a-z][\w-]+)", usage.stdout, re.MULTILINE))
    for target in re.findall(r"(?:`|^    )make (\w+)", _text(page), re.MULTILINE):
        assert f"\n{target}:" in _text("Makefile"), target


def test_the_conda_environment_installs_what_pyproject_says():
    environment = yaml.safe_load(_text("environment.yml"))
    assert environment["name"] == "proj4"
    assert environment["dependencies"][-1] == {"pip": ["-e ."]}
    python = next(entry for entry in environment["dependencies"] if str(entry).startswith("python"))
    assert python == f"python{tomllib.loads(_text('pyproject.toml'))['project']['requires-python']}"


def test_the_lock_is_of_these_dependencies_and_of_the_public_index():
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    lock = tomllib.loads(_text("uv.lock"))
    locked = {package["name"]: package for package in lock["package"]}
    assert lock["requires-python"] == project["requires-python"]
    listed = {f"{entry['name']}{entry.get('specifier', '')}" for entry in locked["proj4"]["metadata"]["requires-dist"]}
    extras = project["optional-dependencies"].values()
    asked = {*project["dependencies"], *(entry for extra in extras for entry in extra)}
    assert listed - {"proj4"} == {entry for entry in asked if not entry.startswith("proj4[")}
    sources = {tuple(package["source"].items()) for package in locked.values()}
    assert sources == {(("registry", "https://pypi.org/simple"),), (("editable", "."),)}
    assert set(re.findall(r'url = "(https?://[^/"]+)', _text("uv.lock"))) == {"https://files.pythonhosted.org"}


def test_the_workflow_calls_the_commands_that_people_type():
    jobs = yaml.safe_load(_text(".github/workflows/test.yml"))["jobs"]
    steps = {job: [step["run"] for step in jobs[job]["steps"] if "run" in step] for job in jobs}
    assert steps["everything"][-1] == "make test"
    for job in ("students", "locked"):
        assert "pytest proj4_unit_tests --submission instructor/solution" in steps[job][-1]
    matrix = jobs["students"]["strategy"]["matrix"]
    assert {system.split("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}
    lowest, newest = matrix["include"]
    assert f">={lowest['python']}" == tomllib.loads(_text("pyproject.toml"))["project"]["requires-python"]
    assert (lowest["resolution"], newest["resolution"]) == ("lowest-direct", "highest")
    assert {lowest["versions"], newest["versions"]} == set(matrix["versions"])


def test_the_test_view_of_vs_code_finds_the_unit_tests():
    settings = json.loads(_text(".vscode/settings.json"))
    assert settings["python.testing.pytestEnabled"] is True
    assert settings["python.testing.pytestArgs"] == ["proj4_unit_tests"]


def test_the_hooks_run_the_locked_ruff():
    [hooks] = yaml.safe_load(_text(".pre-commit-config.yaml"))["repos"]
    ruff = next(package for package in tomllib.loads(_text("uv.lock"))["package"] if package["name"] == "ruff")
    assert hooks["rev"] == f"v{ruff['version']}"
