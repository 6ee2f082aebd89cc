"""Mutation testing: cosmic-ray changes the reference in every small way it knows, and the public suite must notice.

python -m instructor mutants
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from tqdm import tqdm

from instructor.catalogue.edits import write_submission
from instructor.catalogue.equivalent import EQUIVALENT
from instructor.proofs.trials import Trial, nearby_tests, run_trials
from instructor.release.skeletons import SOLUTION
from instructor.rubric import joint_tests
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.book import PUBLIC_BOOK

# Those of variables need a list of variables, and the reference writes | in annotations only.
SKIPPED = ("core/Variable", "core/ReplaceBinaryOperator_BitOr")


class Mutant(NamedTuple):
    """A change of one line of the reference.

    Attributes:
        part: that it is in.
        before: the line as it is.
        after: the line as it is changed.
        source: the whole file.
    """

    part: Part
    before: str
    after: str
    source: str

    @property
    def reason(self) -> str:
        """Why nothing can tell it from the reference; empty if it is not in the reviewed list."""
        return EQUIVALENT.get((self.part.module, self.before, self.after), "")


def list_mutants(part: Part) -> list[Mutant]:
    """List all different mutants of a part."""
    code = (SOLUTION / part.file).read_text(encoding="utf-8")
    operators = [get_operator(name)() for name in operator_names() if not name.startswith(SKIPPED)]
    sources = dict.fromkeys(source for operator in operators for source in _mutations(code, operator))
    return [_mutant(part, code, source) for source in sources if source != code]


def _mutations(code: str, operator) -> Iterator[str]:
    occurrence = 0
    while (source := mutate_code(code, operator, occurrence)) is not None:
        yield source
        occurrence += 1


def _mutant(part: Part, code: str, source: str) -> Mutant:
    before, after = code.splitlines(), source.splitlines()
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    was, became = (" ".join(pair[side].strip() for pair in changed) for side in (0, 1))
    return Mutant(part, was, became, source)


def find_survivors(mutants: list[Mutant]) -> list[Mutant]:
    """Run the public suite on mutants; return those that have full marks."""
    with tempfile.TemporaryDirectory() as folder:
        trials = (
            Trial(
                str(number),
                write_submission(Path(folder) / str(number), mutant.part, mutant.source),
                (*nearby_tests(mutant.part), *joint_tests(mutant.part)),
                {"answers": PUBLIC_BOOK, "maxfail": 1},
            )
            for number, mutant in enumerate(mutants)
        )
        results = tqdm(run_trials(trials), "mutants", len(mutants))
        lived = sorted(int(result.trial.name) for result in results if not any(result.lost.values()))
    return [mutants[number] for number in lived]


def main() -> int:
    """Print the share that is killed, and each survivor with the reason; fail on one that has none."""
    mutants = [mutant for part in PARTS for mutant in list_mutants(part)]
    survivors = find_survivors(mutants)
    for mutant in survivors:
        print(f"{mutant.part.module}: {mutant.before}\n    -> {mutant.after}\n    {mutant.reason or 'NOT REVIEWED'}")
    unknown = [mutant for mutant in survivors if not mutant.reason]
    listed = {(mutant.part.module, mutant.before, mutant.after) for mutant in survivors}
    for module, before, after in set(EQUIVALENT) - listed:
        print(f"{module}: in the reviewed list, but killed or gone: {before} -> {after}")
    killed = len(mutants) - len(survivors)
    print(f"{killed} of {len(mutants)} mutants killed, {killed / len(mutants):.1%}; {len(unknown)} not reviewed")
    return int(bool(unknown) or killed / len(mutants) < 0.97)
