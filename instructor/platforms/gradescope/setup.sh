#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder's image.
set -euo pipefail
SOURCE=$(dirname "$(readlink -f "$0")")

if [ -z "${PROJ4_PYTHON:-}" ]; then
    apt-get update
    apt-get install --yes --no-install-recommends python3 python3-venv libseccomp2 bubblewrap
    PYTHON=python3
    if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        apt-get install --yes --no-install-recommends python3.11 python3.11-venv
        PYTHON=python3.11
    fi
    $PYTHON -m venv "$SOURCE/venv"
    # torch's build for the CPU is a tenth of the size; where its index cannot be reached, the usual build does.
    cd "$SOURCE"
    venv/bin/pip install --quiet --constraint constraints.txt torch torchvision \
        --index-url https://download.pytorch.org/whl/cpu --extra-index-url https://pypi.org/simple ||
        venv/bin/pip install --quiet --constraint constraints.txt torch torchvision
    venv/bin/pip install --quiet --requirement requirements.txt
    PROJ4_PYTHON="$SOURCE/venv/bin/python"
fi
ln --symbolic --force --no-dereference "$PROJ4_PYTHON" "$SOURCE/python"
chmod 755 "$SOURCE"
chmod 600 "$SOURCE/answers.npz"
[ ! -d "$SOURCE/data" ] || chmod 700 "$SOURCE/data"
