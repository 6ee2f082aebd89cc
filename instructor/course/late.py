"""Late work: what a time of submission, or a system's mark, means under the policy's rule."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

from instructor.course.exports import ClassUpload
from instructor.grading.policy import LateRule
from instructor.grading.records import HandIn
from instructor.grading.text import one_line

DAY = timedelta(days=1)
MARK = "LATE"
"""What is shown where a system marks an upload so, and no time says how late it was."""


def hand_in_of(upload: ClassUpload, score: float, rule: LateRule) -> HandIn:
    """Describe how an upload came in, and what the rule takes off its score.

    Args:
        upload: of a class.
        score: points that it earned.
        rule: the policy's.
    """
    time = upload.submitted.astimezone() if upload.submitted else None  # a time without an offset is this machine's
    known = HandIn(
        one_line(upload.entry, 300),
        time.isoformat(sep=" ", timespec="seconds") if time else "",
        remarks=tuple(one_line(remark, 300) for remark in upload.remarks),
        notes=tuple(one_line(note, 300) for note in upload.notes),
        system=upload.system,
    )
    if time and rule.due:
        return _by_time(known, time, score, rule)
    if not upload.late:
        return known
    costs = rule.points_off_a_day or rule.nothing_after_days
    note = "marked LATE, but nothing says by how much: the late rule was not applied"
    return replace(known, late=MARK, notes=(*known.notes, note) if costs else known.notes)


def _by_time(known: HandIn, time: datetime, score: float, rule: LateRule) -> HandIn:
    late_by = time - datetime.fromisoformat(rule.due)
    if late_by <= timedelta(minutes=rule.grace_minutes):
        return known
    days = math.ceil(late_by / DAY)
    late = f"{days} day{'s' if days > 1 else ''} late"
    if rule.nothing_after_days and late_by > rule.nothing_after_days * DAY:
        return replace(known, late=late, points_off=score, rule=f"{late}: nothing is given {_after(rule)}")
    if not (rule.points_off_a_day and score):  # of nothing, nothing is taken
        return replace(known, late=late)
    off = min(score, days * rule.points_off_a_day)
    words = f"{late}: {off:g} points off, {rule.points_off_a_day:g} for each day begun"
    return replace(known, late=late, points_off=off, rule=words)


def _after(rule: LateRule) -> str:
    return f"after {rule.nothing_after_days:g} day{'s' if rule.nothing_after_days > 1 else ''}"
