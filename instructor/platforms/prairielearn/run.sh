#!/usr/bin/env bash
# PrairieLearn runs this, as root, for each submission; /grade is the folder that it lies in the `tests` of.
set -uo pipefail
TESTS=$(dirname "$(readlink -f "$0")")
mkdir --parents "$TESTS/../results"
chmod 755 "$TESTS" && chmod 600 "$TESTS/answers.npz" && chmod 700 "$TESTS/../results" "$TESTS/../student"
cd "$TESTS" && exec "${PROJ4_PYTHON:-python}" -B -m instructor.platforms.prairielearn.autograder "$(readlink -f ..)"
