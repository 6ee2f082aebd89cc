"""All attacks by code."""

from instructor.attacks.attack import Attack
from instructor.attacks.by_code import (
    files,
    interpreter,
    messages,
    next_test,
    objects,
    processes,
    reach,
    resources,
    tests,
    time_and_memory,
    values,
)

_ABOUT_ANSWERS = (objects, values, messages)
_ABOUT_THE_PROCESS = (tests, next_test, interpreter)
_ABOUT_THE_MACHINE = (processes, reach, files, resources, time_and_memory)

ATTACKS: tuple[Attack, ...] = tuple(
    attack for module in (*_ABOUT_ANSWERS, *_ABOUT_THE_PROCESS, *_ABOUT_THE_MACHINE) for attack in module.ATTACKS
)
