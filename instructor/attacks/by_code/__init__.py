"""All attacks by code."""

from instructor.attacks.attack import Attack
from instructor.attacks.by_code import (
    files,
    messages,
    next_test,
    objects,
    processes,
    reach,
    resources,
    tests,
    time_and_memory,
)

ATTACKS: tuple[Attack, ...] = tuple(
    attack
    for module in (objects, messages, tests, next_test, processes, reach, files, resources, time_and_memory)
    for attack in module.ATTACKS
)
