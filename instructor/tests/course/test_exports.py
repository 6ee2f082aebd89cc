"""What course systems export: by its published form, and with names that are odd. Rows in are rows out."""

import datetime as dt

import pytest
import yaml

from instructor.course.exports import list_uploads
from instructor.grading.files.file import NothingHandedIn, Refused
from instructor.grading.records import Student
from instructor.tests.course.samples import CODE, PART, both, pack, packed

NOTHING, REFUSED = "nothing handed in", "refused"
ZIP = packed({f"proj4_code/{PART}": CODE})


def _found(upload):
    """Return the part files of an upload, or why there are none."""
    try:
        return sorted(upload.open().parts)
    except NothingHandedIn:
        return NOTHING
    except Refused:
        return REFUSED


def _check(tmp_path, files, expected, key=lambda upload: upload.students[0].id):
    """Check an export, packed and unpacked; expected is ID -> what is found."""
    for path in both(tmp_path, files):
        uploads = list_uploads(path)
        assert {key(upload): _found(upload) for upload in uploads} == expected, path
        assert len(uploads) == len(expected) == len({upload.name.casefold() for upload in uploads})
    return {key(upload): upload for upload in uploads}


CANVAS = {
    "leeann_101_9001_proj4.zip": ("101", [PART]),
    "baiben_LATE_102_9002_proj4-2.zip": ("102", [PART]),
    "coxcleo_103_text.html": ("103", NOTHING),
    "dowdora_LATE_104_link.html": ("104", NOTHING),
    "team_rocket_105_9005_part5_iou.py": ("105", [PART]),
    "group_7_106_9006_part5_iou-1.py": ("106", [PART]),
    "group_7_LATE_107_9007_part5_iou.py": ("107", [PART]),
    "jay_108_9008_PROJ4.ZIP": ("108", [PART]),
    "o_neilmary_109_9009_hw_4_part5_iou.txt": ("109", REFUSED),
    "李雷_110_9010_proj4.zip": ("110", [PART]),
    "_111_9011_proj4.zip": ("111", [PART]),
    "leeann_112_9012_proj4.zip": ("112", [PART]),
    "late_113_9013_proj4.zip": ("113", [PART]),
    "kimjo_114_9014_2026_11_28_proj4.zip": ("114", [PART]),
    "fayed_115_9015_notebook.ipynb": ("115", REFUSED),
}


def test_canvas(tmp_path):
    files = {name: CODE if name.endswith(".py") else ZIP for name in CANVAS}
    uploads = _check(tmp_path, files, dict(CANVAS.values()))
    assert {number for number, upload in uploads.items() if upload.late} == {"102", "104", "107"}
    assert uploads["105"].students == [Student("team_rocket", "105")]
    assert uploads["106"].students == [Student("group_7", "106")]
    assert [uploads[number].name for number in ("101", "112")] == ["leeann_101", "leeann_112"]  # two of one name
    feedback = {number: upload.feedback for number, upload in uploads.items()}
    assert feedback["102"] == "baiben_LATE_102_9002_report.html"
    assert feedback["106"] == "group_7_106_9006_report.html"
    assert feedback["103"] == ""


def test_canvas_without_names(tmp_path):
    files = {
        "anon_aB3xZ_9001_proj4.zip": ZIP,
        "LATE_anon_Zz9qq_9003_proj4.zip": ZIP,
        "anon_q1w2e_text.html": "x",
        "LATE_anon_12345_9004_part5_iou-2.py": CODE,
    }
    expected = {"anon_aB3xZ": [PART], "anon_Zz9qq": [PART], "anon_q1w2e": NOTHING, "anon_12345": [PART]}
    uploads = _check(tmp_path, files, expected, lambda upload: upload.students[0].name)
    assert {name for name, upload in uploads.items() if upload.late} == {"anon_Zz9qq", "anon_12345"}
    assert uploads["anon_Zz9qq"].feedback == "LATE_anon_Zz9qq_9003_report.html"
    assert all(upload.students[0].id == "" for upload in uploads.values())


def test_several_files_of_a_student_are_one_upload(tmp_path):
    other = "part1_ppm.py"
    files = {
        "bo_LATE_124_4568_part5_iou-1.py": CODE,
        "bo_LATE_124_4569_part1_ppm.py": CODE,
        "al_125_4570_proj4.zip": ZIP,
    }
    _check(tmp_path, files, {"124": [other, PART], "125": [PART]})


MOODLE = {
    "Ann Lee_1001_assignsubmission_file_/proj4.zip": ("1001", [PART]),
    "Ann Lee_1002_assignsubmission_file_/part5_iou.py": ("1002", [PART]),
    "Ben O'Neil-Ward_1003_assignsubmission_file/my project/part5_iou.py": ("1003", [PART]),
    "Participant_1004_assignsubmission_file_/part5_iou (1).py": ("1004", [PART]),
    "Group A-Cleo Cox_1005_assignsubmission_file_/proj4.zip": ("1005", [PART]),
    "Дора Д_1006_assignsubmission_onlinetext_/onlinetext.html": ("1006", NOTHING),
    "Ed 2 Fox_1007_assignsubmission_file_/report.docx": ("1007", REFUSED),
    "fay_1008_1008_assignsubmission_file_/proj4.zip": ("1008", [PART]),
    "Gus Gray_1009_assignsubmission_onlinetext/onlinetext.html": ("1009", NOTHING),
    "Team 5_55_assignsubmission_file/proj4.zip": ("55", [PART]),
    "José María de la Cruz_1011_assignsubmission_file_/a/b/proj4_code/part5_iou.py": ("1011", [PART]),
    "=HYPERLINK(x)_1012_assignsubmission_file_/part5_iou.py": ("1012", [PART]),
}


def test_moodle(tmp_path):
    files = {name: ZIP if name.endswith(".zip") else CODE for name in MOODLE}
    files["Gus Gray_1009_assignsubmission_file/"] = b""
    uploads = _check(tmp_path, files, dict(MOODLE.values()))
    assert uploads["1002"].feedback == "Ann Lee_1002_assignsubmission_file_/report.html"
    assert uploads["1003"].feedback == "Ben O'Neil-Ward_1003_assignsubmission_file/report.html"
    assert uploads["1006"].feedback == "Дора Д_1006_assignsubmission_file_/report.html"
    assert uploads["1002"].students == [Student("Ann Lee", "1002")]


def test_moodle_without_folders(tmp_path):
    files = {
        "Ann Lee_1001_assignsubmission_file_part5_iou.py": CODE,
        "Ann Lee_1001_assignsubmission_file_part1_ppm.py": CODE,
        "Ann Lee_1002_assignsubmission_file_proj4_results.zip": ZIP,
        "Ben_1003_assignsubmission_onlinetext_onlinetext.html": "x",
    }
    expected = {"1001": ["part1_ppm.py", PART], "1002": [PART], "1003": NOTHING}
    uploads = _check(tmp_path, files, expected)
    assert uploads["1001"].feedback == "Ann Lee_1001_assignsubmission_file_report.html"


def _attempt(user, time, file="", name=""):
    text = f"Name: {name or user} ({user})\r\nAssignment: Project 4\r\nDate Submitted: Monday, October 5, 2026\r\n"
    files = {f"Project 4_{user}_attempt_{time}.txt": text}
    if file:
        files[f"Project 4_{user}_attempt_{time}_{file}"] = CODE if file.endswith(".py") else ZIP
    return files


def test_blackboard(tmp_path):
    attempts = [
        ("alee1", "2026-10-05-23-02-03", PART, "Ann Lee"),
        ("alee2", "2026-10-05-23-02-04", "proj4.zip", "Ann Lee"),
        ("b_cox", "2026-10-05-23-02-05", PART, "Cox, Ben"),
        ("c.dow", "2026-10-05-23-02-06", "", "Cleo (Cleopatra) Dow"),
        ("d-e", "2026-10-05-23-02-07", "my_attempt_2026-01-01-01-01-01_part5_iou.py", ""),
        ("e@x.org", "2026-10-05-23-02-08", PART, "Ed"),
        ("fay", "2026-10-01-00-00-00", "part1_ppm.py", "Fay"),
        ("fay", "2026-10-06-00-00-00", PART, "Fay"),
        ("gus", "2026-10-05-23-02-09", "part5_iou (2).py", "Gus"),
        ("hé", "2026-10-05-23-02-10", PART, "Hé"),
        ("123456", "2026-10-05-23-02-11", "notes.pdf", "Ida"),
        ("jo_jo_jo", "2026-10-05-23-02-12", PART, "Jo"),
    ]
    files = {name: text for attempt in attempts for name, text in _attempt(*attempt).items()}
    expected = {user: [PART] for user, *_ in attempts} | {"c.dow": NOTHING, "d-e": REFUSED, "123456": REFUSED}
    uploads = _check(tmp_path, files, expected)
    assert uploads["c.dow"].students == [Student("Cleo (Cleopatra) Dow", "c.dow")]
    assert uploads["fay"].submitted == dt.datetime(2026, 10, 6)
    assert uploads["fay"].remarks == ("2 attempts were handed in; the last one, of 2026-10-06 00:00:00, counts",)


BLACKBOARD_TEXTS = {
    "zoe": ("Nom : Zoé D (zoe)", "Zoé D"),
    "gus": ("\ufeffName: Gus (gus)", "Gus"),
    "hal": ("Name: Hal (Junior) (hal)", "Hal (Junior)"),
    "Group 1": ("Name: Group 1", "Group 1"),
    "x_attempt_y": ("Name: Xi (x_attempt_y)", "Xi"),
    "li": ("姓名: 李雷 (li)", "李雷"),
    "a b": ("Name: A: B (a b)", "A: B"),
    "UP": ("Name:  (UP)", "UP"),
    "mal": ("Name: Mal (mal)\r\nSubmission: Name: Ann (zoe)", "Mal"),
    "ned": ("Submitted late (ned)", "ned"),
}


def test_blackboards_text_files_in_other_languages(tmp_path):
    time, files = "2026-10-05-23-02-03", {}
    for user, (text, _) in BLACKBOARD_TEXTS.items():
        files[f"Project 4_{user}_attempt_{time}.txt"] = f"{text}\r\nAssignment: Project 4\r\n"
        files[f"Project 4_{user}_attempt_{time}_{PART}"] = CODE
    uploads = _check(tmp_path, files, {user: [PART] for user in BLACKBOARD_TEXTS})
    assert {user: upload.students[0].name for user, upload in uploads.items()} == {
        user: name for user, (_, name) in BLACKBOARD_TEXTS.items()
    }


def test_blackboard_without_the_text_files(tmp_path):
    names = ("Lab_1_Project 4_ann_attempt_2026-10-05-23-02-03_part5_iou.py",)
    names += ("Lab_1_Project 4_b_c_attempt_2026-10-05-23-02-03_part5_iou.py",)
    _check(tmp_path, dict.fromkeys(names, CODE), {"ann": [PART], "b_c": [PART]})


BRIGHTSPACE = {
    "11-700 - Ann Lee - Oct 5, 2026 1130 PM/proj4.zip": ("11", [PART]),
    "12-700 - Ann Lee - Oct 5, 2026 930 AM/part5_iou.py": ("12", [PART]),
    "13-700 - Ben - van Dyk - October 5, 2026 1205 AM/part5_iou.py": ("13", [PART]),
    "14-700 - Cleo Cox - 5 October, 2026 1130 PM/my project/part5_iou.py": ("14", [PART]),
    "15-700 - Dora - Oct 5, 2026 2330/part5_iou.py": ("15", [PART]),
    "16-700 - Group 1 - Oct 5, 2026 1130 PM/part5_iou.py": ("16", [PART]),
    "17-700 - Ed - Oct 1, 2026 1130 PM/part1_ppm.py": ("17", [PART]),
    "17-700 - Ed - Oct 9, 2026 1130 AM/part5_iou.py": ("17", [PART]),
    "18-700 - Fée Ö - 5 okt 2026 1130/part5_iou.py": ("18", [PART]),
    "19-700 - Gus - Oct 5, 2026 1130 PM/essay.docx": ("19", REFUSED),
    "20-700 - 007 - Oct 5, 2026 1130 PM/part5_iou-1.py": ("20", [PART]),
    "21-700 - Ida - Oct 5, 2026 1130 p.m./part5_iou.py": ("21", [PART]),
}


def test_brightspace(tmp_path):
    files = {name: ZIP if name.endswith(".zip") else CODE for name in BRIGHTSPACE} | {"index.html": "<p>all</p>"}
    uploads = _check(tmp_path, files, dict(BRIGHTSPACE.values()))
    assert uploads["11"].submitted == dt.datetime(2026, 10, 5, 23, 30)
    assert uploads["12"].submitted == dt.datetime(2026, 10, 5, 9, 30)
    assert uploads["17"].submitted == dt.datetime(2026, 10, 9, 11, 30)
    assert uploads["18"].submitted is None
    assert uploads["18"].notes == ("when it was handed in could not be read: 5 okt 2026 1130; is it late?",)
    assert uploads["17"].notes == ()
    assert uploads["13"].students == [Student("Ben - van Dyk", "13")]
    assert uploads["17"].remarks[0].startswith("2 submissions were handed in; the last one")


def test_which_submission_is_the_last_is_asked_where_a_time_cannot_be_read(tmp_path):
    files = {f"11-700 - Ann - {day} okt 2026 1130/{PART}": CODE for day in (5, 10)}
    (upload,) = _check(tmp_path, files, {"11": [PART]}).values()
    assert upload.notes[0].endswith("10 okt 2026 1130, 5 okt 2026 1130; is it the last, and is it late?")


EVENING = dt.datetime(2026, 10, 5, 23, 30)
BRIGHTSPACE_ELSEWHERE = {
    "30-700 - Ann - Oct 5, 2026 11:30 PM": ("Ann", EVENING),
    "31-700 - Ben Cox- Oct 5, 2026 1130 PM": ("Ben Cox", EVENING),
    "32-700 - Cleo - 2026-10-05 2330": ("Cleo", EVENING),
    "33-700 - Dora - Oct 5, 2026 1130\u202fPM": ("Dora", EVENING),
    "34-700 - Ed - Oct 5, 2026 1130 PM (2)": ("Ed", EVENING),
    "35-700 -  - Oct 5, 2026 1130 PM": ("student", EVENING),
    "36-700 - Fay - class of 2026 - Oct. 5, 2026 1130 PM": ("Fay - class of 2026", EVENING),
    "37-700 - Gus - Sept 5, 2026 930 AM": ("Gus", dt.datetime(2026, 9, 5, 9, 30)),
    "38-700 - Hal - 5 October 2026 23 h 30": ("Hal", EVENING),
    "39-700 - Zoë - 5 oct. 2026 23 h 30": ("Zoë", None),
    "40-700 - 李雷 - 2026年10月5日 2330": ("李雷", None),
    "41-700 - Jean-Luc - 05.10.2026 2330": ("Jean-Luc", None),
}


def test_brightspace_in_other_languages_and_as_browsers_unpack_it(tmp_path):
    expected = {name.partition("-")[0]: [PART] for name in BRIGHTSPACE_ELSEWHERE}
    uploads = _check(tmp_path, {f"{name}/{PART}": CODE for name in BRIGHTSPACE_ELSEWHERE}, expected)
    read = [(uploads[number].students[0].name, uploads[number].submitted) for number in expected]
    assert read == list(BRIGHTSPACE_ELSEWHERE.values())


ODD_NAMES = (
    "Ann", "=Ben", "Лея", "O'Neil: \"Jo\"", "# Cleo", "- Dora", "{Ed}", "  Fay ", "*gus", "&hal", "yes", "1e3",
    "Li\nMa", "a: b", "\u202eevil",
)  # fmt: skip


@pytest.mark.parametrize("dumper", [yaml.SafeDumper, yaml.CSafeDumper])
@pytest.mark.parametrize("style", [None, True])
def test_gradescope(tmp_path, dumper, style):
    entries = {}
    for number, name in enumerate(ODD_NAMES):
        created = dt.datetime(2024, 10, 1, 5, 3, number, 131516, dt.UTC)
        who = [{":name": name, ":sid": str(number), ":email": f"{number}@x.org"}]
        results = {"tests": [{"output": "x:\n  :submitters:\n  - :name: mallory\nsubmission_1:\n"}]}
        entries[f"submission_{number}"] = {
            ":submitters": who, ":created_at": created, ":score": 1.0, ":results": results, ":history": [{":id": 1}],
        }  # fmt: skip
    entries["submission_3"][":submitters"].append({":name": "Partner", ":sid": None, ":email": "p@x.org"})
    text = yaml.dump(entries, Dumper=dumper, allow_unicode=True, sort_keys=False, default_flow_style=style, width=60)
    files = {f"{name}/{PART}": CODE for name in entries} | {"submission_metadata.yml": f"---\n{text}"}
    del files[f"submission_5/{PART}"]
    files["submission_99/part5_iou.py"] = CODE  # in the export, and not in its metadata
    if style:  # on one line: such a file is not of Gradescope's making
        with pytest.raises(ValueError, match="is not what Gradescope writes"):
            list_uploads(both(tmp_path, files)[0])
        return
    expected = {name: [PART] for name in entries} | {"submission_5": NOTHING, "submission_99": [PART]}
    uploads = _check(tmp_path, files, expected, lambda upload: upload.name)
    for number, name in enumerate(ODD_NAMES):
        assert uploads[f"submission_{number}"].students[0] == Student(name, str(number), f"{number}@x.org")
        assert uploads[f"submission_{number}"].submitted == dt.datetime(2024, 10, 1, 5, 3, number, 131516, dt.UTC)
    assert uploads["submission_3"].students[1] == Student("Partner", "", "p@x.org")


def test_gradescopes_metadata_is_read_in_bounded_memory_whatever_its_size(tmp_path):
    import tracemalloc

    history = "".join(f"  - :id: {n}\n    :results: 'many words, many words, many words'\n" for n in range(1000))
    long_line = '    :output: "' + "x" * 3_000_000 + '"\n'
    one = "submission_{0}:\n  :submitters:\n  - :name: Student {0}\n    :sid: '{0}'\n"
    one += "  :created_at: 2024-10-01 05:03:03.131516000 Z\n  :results:\n" + long_line + "  :history:\n" + history
    (tmp_path / "submission_metadata.yml").write_text("".join(one.format(n) for n in range(5)))
    tracemalloc.start()
    uploads = list_uploads(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [upload.students for upload in uploads] == [[Student(f"Student {n}", str(n))] for n in range(5)]
    assert uploads[0].submitted == dt.datetime(2024, 10, 1, 5, 3, 3, 131516, dt.UTC)
    assert peak < 12e6


@pytest.mark.parametrize("text", ["submission_{}: {{':submitters': []}}\n", "submission_{}:\n  :submitters: []\n"])
def test_metadata_of_far_too_many_submissions_is_refused_early(tmp_path, text):
    (tmp_path / "submission_metadata.yml").write_text("".join(text.format(n) for n in range(20_010)))
    with pytest.raises(ValueError, match="more than 20000 submissions"):
        list_uploads(tmp_path)


def test_clones(tmp_path):
    logins = ("ann", "ben-cox", "b_2", "Cleo", "dora.d", "ed--e", "x", "0day", "fay", "gus", "hal", "ann-2")
    for login in logins:
        folder = tmp_path / "proj4-submissions" / f"proj4-fall-{login}"
        (folder / ".git" / "objects").mkdir(parents=True)
        (folder / ".git" / "objects" / PART).write_bytes(CODE)
        (folder / "proj4_code").mkdir()
        (folder / "proj4_code" / PART).write_bytes(CODE)
    (tmp_path / "proj4-submissions" / "proj4-fall-x" / "proj4_code" / PART).unlink()
    (tmp_path / "proj4-submissions" / "roster.csv").write_text("a")
    for path in (tmp_path, tmp_path / "proj4-submissions"):
        uploads = {upload.students[0].name: _found(upload) for upload in list_uploads(path)}
        assert uploads == {login: [PART] for login in logins} | {"x": NOTHING, "roster.csv": REFUSED}


FOLDER = {
    "ann.zip": [PART], "ben.ZIP": [PART], "a b.zip": [PART], "a_b.zip": [PART], "index.html.zip": [PART],
    "canvas.csv.zip": [PART], "con.zip": [PART], "ann": [PART], "Ann.tar": REFUSED, f"{'long' * 50}1.zip": [PART],
    f"{'long' * 50}2.zip": [PART], "empty": NOTHING, "roster.xlsx": REFUSED, "leeann_101_9001_proj4.zip": [PART],
    "..zip": [PART], "é.zip": [PART], "=x.zip": [PART], "decisions.toml.zip": [PART],
    "questions.zip": [PART], "moodle_quiz.xml.zip": [PART],
}  # fmt: skip


def test_a_folder_of_uploads_of_odd_names(tmp_path):
    for name in FOLDER:
        if name.lower().endswith(".zip"):
            (tmp_path / name).write_bytes(ZIP)
        elif name in ("ann", "empty"):
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).write_text("x")
    (tmp_path / "ann" / PART).write_bytes(CODE)
    (tmp_path / "ann" / "submission_metadata.yml").write_text("sub: {':submitters': [{':name': ann}]}")
    (tmp_path / "link").symlink_to(tmp_path / "ann")
    for junk in (".DS_Store", "Thumbs.db", "._ann.zip"):
        (tmp_path / junk).write_text("x")
    uploads = list_uploads(tmp_path)
    assert {upload.entry: _found(upload) for upload in uploads} == FOLDER | {"link": REFUSED}
    names = [upload.name for upload in uploads]
    assert len({name.casefold() for name in names}) == len(FOLDER) + 1
    assert all(len(name) <= 80 and "/" not in name and not name.startswith(".") for name in names)
    assert not [name for name in names if name.endswith(("questions", ".html", ".csv", ".toml", ".xml", ".zip"))]
    again = {upload.entry: upload.name for upload in list_uploads(tmp_path)}
    (tmp_path / "a_b.zip").unlink()
    assert [upload.name for upload in list_uploads(tmp_path) if upload.entry == "a b.zip"] == [again["a b.zip"]]


@pytest.mark.parametrize(
    ("files", "entries"),
    [
        (
            {"ann.zip": ZIP, "ben.zip": ZIP, "cleo/part5_iou.py": CODE},
            {"ann.zip": [PART], "ben.zip": [PART], "cleo": [PART]},
        ),
        ({f"{name}/proj4_code/{PART}": CODE for name in ("ann", "ben")}, {"ann": [PART], "ben": [PART]}),
        ({"ann/proj4.zip": ZIP, "ben/a.7z": b"x", "dora/": ""}, {"ann": [PART], "ben": REFUSED, "dora": NOTHING}),
        ({f"proj4_code/{PART}": CODE, "old.zip": ZIP}, {"export": [PART]}),
        ({PART: CODE, "plots.zip": ZIP, "old.zip": ZIP}, {"export": [PART]}),
        ({"proj4_results.zip": ZIP, "plots.zip": ZIP}, {"export": [PART]}),
    ],
)
def test_a_folder_around_a_class_is_no_upload_and_a_folder_with_one_is(tmp_path, files, entries):
    wrapped = {f"export/{name}": content for name, content in files.items()}
    for path in both(tmp_path, wrapped):
        assert {upload.entry: _found(upload) for upload in list_uploads(path)} == entries, path


def test_empty_folders_and_folders_of_junk_are_entries_of_an_archive_too(tmp_path):
    files = {
        "ann.zip": ZIP,
        "ben/": "",
        "cleo/.DS_Store": "x",
        "cleo/._part5_iou.py": "x",
        "dora/a/": "",
        "ed.zip": ZIP,
    }
    expected = {"ann.zip": [PART], "ben": NOTHING, "cleo": NOTHING, "dora": NOTHING, "ed.zip": [PART]}
    for path in both(tmp_path, files):
        assert {upload.entry: _found(upload) for upload in list_uploads(path)} == expected, path


def test_clones_may_be_packed(tmp_path):
    files = {"proj4-ann/.git/HEAD": "x", f"proj4-ann/{PART}": CODE, "proj4-b-c/.git/HEAD": "x", "proj4-b-c/a.txt": "x"}
    uploads = _check(tmp_path, files | {"proj4-ed/.git/HEAD": "x"}, {"ann": [PART], "b-c": REFUSED, "ed": NOTHING})
    assert {upload.system for upload in uploads.values()} == {"GitHub"}


def test_a_zip_of_uploads_is_a_class_too(tmp_path):
    path = pack(tmp_path / "class.zip", {"ann.zip": ZIP, "ben/part5_iou.py": CODE, "__MACOSX/._ann.zip": b"x"})
    assert {upload.entry: _found(upload) for upload in list_uploads(path)} == {"ann.zip": [PART], "ben": [PART]}


def test_the_folder_for_the_grades_is_no_upload(tmp_path):
    (tmp_path / "ann.zip").write_bytes(ZIP)
    (tmp_path / "out").mkdir()
    assert [upload.name for upload in list_uploads(tmp_path, (tmp_path / "out").resolve())] == ["ann"]


def test_a_zip_whose_list_of_files_is_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("instructor.course.exports.listing.LARGEST_DIRECTORY", 10_000)
    path = pack(tmp_path / "class.zip", {f"{n}/part5_iou.py": CODE for n in range(1000)})
    with pytest.raises(ValueError, match=r"class\.zip holds too many files"):
        list_uploads(path)
