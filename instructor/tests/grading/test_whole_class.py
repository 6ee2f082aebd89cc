"""A whole class: exports, workers, resuming, what an instructor reads."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile

import pytest
import yaml

from instructor.attacks.by_code import ATTACKS
from instructor.course.class_page import write_class_page
from instructor.course.exports import list_uploads
from instructor.course.gradebook import write_tables
from instructor.course.whole_class import ClassGrade
from instructor.grading.records import COMPLETE, Grade, GradedTest, Origin, Student
from instructor.tests.grading.graders import command, part_files, write_parts
from proj4_unit_tests.harness.outcome import Mistake, Outcome
from proj4_unit_tests.harness.submission import KIT

CRASHES = b"import signal\nsignal.raise_signal(signal.SIGSEGV)\n"


def _zip(path, files):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _part5(**more):
    return {"part5_iou.py": part_files()["part5_iou.py"], **more}


@pytest.fixture
def uploads(tmp_path):
    """Ann and Ben hand in the same code; Cleo's zip is broken; Dora's part ends Python; Ed has the skeletons."""
    folder = tmp_path / "uploads"
    _zip(folder / "ann.zip", _part5())
    _zip(folder / "ben.zip", {f"proj4_code/{name}": content for name, content in _part5().items()})
    (folder / "cleo.zip").write_bytes(b"PK broken")
    _zip(folder / "dora.zip", {"part5_iou.py": CRASHES})
    write_parts(folder / "ed")
    for path in (folder / "ed").iterdir():
        path.write_bytes((KIT / "proj4_code" / path.name).read_bytes())
    return folder


def _grade_all(uploads, book, out, *options):
    return command("grade-all", uploads, "--answers", book, "--out", out, *options)


def _start(uploads, book, out, *options):
    """Start grading in a session of its own, to be interrupted."""
    line = ["grade-all", uploads, "--answers", book, "--out", out, *options]
    command = [sys.executable, "-m", "instructor", *map(str, line)]
    return subprocess.Popen(command, cwd=KIT, stderr=subprocess.DEVNULL, start_new_session=True)


def _children(process, *options):
    found = subprocess.run(["pgrep", "-P", str(process), *options], capture_output=True, text=True, check=False)
    return found.stdout.split()


def _scores(out):
    return {path.parent.name: json.loads(path.read_text())["score"] for path in out.glob("*/results.json")}


EXPECTED = {"ann": 10, "ben": 10, "cleo": 0, "dora": 0, "ed": 0}


def test_a_class_is_graded_once(tmp_path, uploads, book):
    out = tmp_path / "out"
    done = _grade_all(uploads, book, out)
    assert done.returncode == 0, done.stderr
    assert _scores(out) == EXPECTED
    assert "5 uploads, 2 of them for a person to look at" in done.stdout
    assert "5 entries, 5 rows: 4 complete, 1 refused" in done.stdout
    page = (out / "index.html").read_text()
    assert "refused: cleo.zip is not a readable zip" in page
    assert "part 5 identical" in page
    assert all((out / name / "report.html").is_file() for name in EXPECTED)

    times = {path: path.stat().st_mtime_ns for path in out.glob("*/results.json")}
    (out / "ben" / "results.json").unlink()  # as if it had been stopped before Ben
    _zip(uploads / "ann.zip", _part5(**{"part1_ppm.py": part_files()["part1_ppm.py"]}))  # Ann hands in again
    assert _grade_all(uploads, book, out).returncode == 0
    changed = {path.parent.name for path in out.glob("*/results.json") if times.get(path) != path.stat().st_mtime_ns}
    assert changed == {"ann", "ben"}
    assert _scores(out)["ann"] == 22


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path, uploads, book):
    out = tmp_path / "out"
    process = _start(uploads, book, out)
    while process.poll() is None and not list(out.glob("*/results.json")):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    times = {path: path.stat().st_mtime_ns for path in out.glob("*/results.json")}
    assert times
    assert _grade_all(uploads, book, out).returncode == 0
    assert _scores(out) == EXPECTED
    assert all(path.stat().st_mtime_ns == then for path, then in times.items())


def test_a_worker_that_dies_loses_no_upload(tmp_path, uploads, book):
    out = tmp_path / "out"
    process = _start(uploads, book, out)
    grading: list[str] = []
    while not grading and process.poll() is None:
        grading = [worker for worker in _children(process.pid, "-f", "spawn_main") if _children(int(worker))]
        time.sleep(0.05)
    os.kill(int(grading[0]), signal.SIGKILL)
    assert process.wait(timeout=600) == 0
    assert _scores(out) == EXPECTED


@pytest.mark.deep
def test_hostile_uploads_cost_the_honest_ones_beside_them_nothing(tmp_path, book):
    """What burns the processor, sleeps nearly to its limit or floods the disk is graded between right uploads."""
    uploads, out = tmp_path / "uploads", tmp_path / "out"
    honest = [write_parts(uploads / f"{number:02}").name for number in range(20)]
    hostile = {"02-storm", "07-nearly-too-slow", "12-flood-of-inodes"}  # graded between the others
    for name in hostile:
        next(attack for attack in ATTACKS if attack.name == name[3:]).write(uploads / name)
    done = _grade_all(uploads, book, out, "--workers", 2)
    assert done.returncode == 0, done.stderr
    scores = _scores(out)
    assert {name: scores.pop(name) for name in honest} == dict.fromkeys(honest, 100)
    assert scores.keys() == hostile and max(scores.values()) < 10
    for name in hostile:
        print(f"{name}: {json.loads((out / name / 'results.json').read_text())['execution_time']} s")


def _gradescope_export(folder):
    entries = {
        "submission_1": {":submitters": [{":name": "Ann", ":sid": "7", ":email": "ann@x.org"}]},
        "submission_2": {
            ":submitters": [{":name": "=Ben", ":sid": "8", ":email": "b@x.org"}, {":name": "Cleo", ":sid": None}]
        },
    }
    files = {"export/submission_metadata.yml": yaml.safe_dump(entries)}
    files |= {f"export/submission_1/{name}": content for name, content in _part5().items()}
    files["export/submission_2/proj4_code/part5_iou.py"] = CRASHES
    return _zip(folder / "gradescope.zip", files)


def _canvas_export(folder):
    inner = _zip(folder / "inner.zip", _part5()).read_bytes()
    return _zip(
        folder / "canvas.zip",
        {
            "annlee_123_4567_proj4_colab-2.zip": inner,
            "bo_LATE_124_4568_part5_iou-1.py": part_files()["part5_iou.py"],
            "bo_LATE_124_4569_part1_ppm.py": part_files()["part1_ppm.py"],
        },
    )


def test_gradescopes_export_is_read(tmp_path):
    uploads = list_uploads(_gradescope_export(tmp_path))
    assert [upload.name for upload in uploads] == ["submission_1", "submission_2"]
    assert [upload.students for upload in uploads] == [
        [Student("Ann", "7", "ann@x.org")],
        [Student("=Ben", "8", "b@x.org"), Student("Cleo")],
    ]
    assert [sorted(upload.open().parts) for upload in uploads] == [["part5_iou.py"]] * 2


def test_canvas_export_is_read_packed_and_unpacked(tmp_path):
    packed = _canvas_export(tmp_path)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "unpacked")
    for path in (packed, tmp_path / "unpacked"):
        uploads = list_uploads(path)
        assert [(upload.name, upload.students[0].id) for upload in uploads] == [
            ("annlee_123", "123"),
            ("bo_124", "124"),
        ]
        assert [sorted(upload.open().parts) for upload in uploads] == [
            ["part5_iou.py"],
            ["part1_ppm.py", "part5_iou.py"],
        ]


def test_a_folder_without_uploads_says_so(tmp_path):
    with pytest.raises(ValueError, match="holds no upload"):
        list_uploads(tmp_path)
    with pytest.raises(FileNotFoundError, match="nothing is missing: give a folder of uploads"):
        list_uploads(tmp_path / "nothing")


def test_two_uploads_of_one_name_stay_two_and_it_is_said(tmp_path):
    _zip(tmp_path / "ann.zip", _part5())
    write_parts(tmp_path / "ann")
    uploads = list_uploads(tmp_path)
    assert sorted(upload.entry for upload in uploads) == ["ann", "ann.zip"]
    assert len({upload.name for upload in uploads}) == 2
    assert {upload.notes[0] for upload in uploads} == {
        "ann.zip: there is also ann, perhaps of the same student",
        "ann: there is also ann.zip, perhaps of the same student",
    }  # fmt: skip


def _grade(name, score, student):
    mistake = Mistake("1-list", "branches are in a plain list", "which list does PyTorch know?")
    outcome = Outcome("test_part1_ppm/test_every_branch_learns", "wrong", score, 100, "branches learn", mistake=mistake)
    origin = Origin("", "", "", "", "", "")
    return ClassGrade(name, Grade(COMPLETE, origin, (GradedTest(outcome),), students=(student,)))


def test_tables_cannot_run_formulas(tmp_path):
    write_tables([_grade("a", 50, Student("=HYPERLINK()", "+1", "@x"))], tmp_path)
    for name in ("canvas.csv", "gradescope.csv"):
        rows = list(csv.reader((tmp_path / name).open(newline="")))
        assert not [cell for cell in rows[-1] if cell.startswith(("=", "+", "@"))]
    canvas = list(csv.reader((tmp_path / "canvas.csv").open(newline="")))
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "proj4"]
    assert canvas[1:] == [["    Points Possible", *[""] * 4, "100"], ["'=HYPERLINK()", "'+1", "", "'@x", "", "50"]]


def test_the_class_page_is_inert_and_counts(tmp_path):
    student = Student("<script>alert(1)</script>")
    write_class_page([_grade(str(n), score, student) for n, score in enumerate((0, 40, 50, 100))], tmp_path / "i.html")
    page = (tmp_path / "i.html").read_text()
    assert "<script>alert" not in page
    assert page.count("<script") == 1
    assert "median 45" in page
    assert "branches are in a plain list" in page
    assert re.search(r'<td class="number">4</td>\s*<td>branches are in a plain list', page)


@pytest.mark.deep
def test_a_dask_cluster_whose_worker_is_killed_grades_all(tmp_path, uploads, book):
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        process = _start(uploads, book, tmp_path / "out", "--dask", cluster.scheduler_address)
        while not list((tmp_path / "out").glob("*/results.json")):
            time.sleep(0.05)
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
        assert process.wait(timeout=600) == 0
    assert _scores(tmp_path / "out") == EXPECTED


def test_a_students_own_metadata_is_no_export(tmp_path):
    for name in ("ann", "mallory"):
        write_parts(tmp_path / name, "part5")
    (tmp_path / "mallory" / "submission_metadata.yml").write_text("sub: {':submitters': [{':name': ann}]}")
    assert [upload.name for upload in list_uploads(tmp_path)] == ["ann", "mallory"]


@pytest.mark.parametrize("text", ["- 1", "1: 2", "a: [", "a: {':submitters': 3}", ""])
def test_broken_metadata_says_so(tmp_path, text):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "submission_metadata.yml").write_text(text)
    with pytest.raises(ValueError, match="is not what Gradescope writes"):
        list_uploads(tmp_path / "export")
