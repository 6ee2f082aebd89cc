"""A question for PrairieLearn: a folder for the course's `questions`, with the grader in its `tests`."""

import json
import uuid
from pathlib import Path

from instructor.platforms.grader_files import grader_files
from instructor.release.kit import zip_files
from proj4_code.given.files import write_whole
from proj4_code.given.parts import PARTS

PLATFORM = Path(__file__).parent
IMAGE = "YOUR-ACCOUNT/proj4-grader"
INFO = {
    "title": "Semantic segmentation with PSPNet",
    "topic": "Semantic segmentation",
    "type": "v3",
    "gradingMethod": "External",
    "externalGradingOptions": {
        "enabled": True,
        "image": IMAGE,
        "entrypoint": "/grade/tests/run.sh",
        "timeout": 600,
    },
}
PAGE = """<pl-question-panel>
  <p>Hand in your part files. A part that you leave out counts as not started.</p>
  <pl-file-upload file-names="{required}" optional-file-names="{optional}"></pl-file-upload>
</pl-question-panel>
<pl-submission-panel>
  <pl-external-grader-results></pl-external-grader-results>
</pl-submission-panel>
"""


def build_question(out: Path, book: Path, policy: Path | None, data: Path | None) -> list[str]:
    """Build a zip of the question's folder, and return the names in it; errors are those of `grader_files`."""
    files = {f"tests/{name}": content for name, content in grader_files("prairielearn", book, policy, data).items()}
    files["tests/run.sh"] = (PLATFORM / "run.sh").read_bytes()
    files["Dockerfile"] = (PLATFORM / "Dockerfile").read_bytes()
    # The same question whenever it is built: PrairieLearn takes another UUID for another question.
    info = {"uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, "proj4")), **INFO}
    files["info.json"] = (json.dumps(info, indent=2) + "\n").encode()
    required, optional = PARTS[0].file, ", ".join([*(part.file for part in PARTS[1:]), "*.py"])
    files["question.html"] = PAGE.format(required=required, optional=optional).encode()
    write_whole(out, zip_files(files, ("tests/run.sh",)))
    return sorted(files)
