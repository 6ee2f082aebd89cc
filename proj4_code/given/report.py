"""A notebook that was run as one page to hand in: HTML with all pictures inside, and PDF where a browser is there.

`python -m proj4_code.given.report NOTEBOOK.ipynb` writes NOTEBOOK.html next to it, and NOTEBOOK.pdf if it can. Save the
notebook before.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.notebooks.export import read_notebook, write_report


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m proj4_code.given.report", description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path, help="run and saved, such as proj4_local.ipynb")
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="default: next to the notebook")
    options = parser.parse_args(arguments)
    with one_line_errors():
        out = options.out or options.notebook.with_suffix(".html")
        write_report(read_notebook(options.notebook), out, options.notebook.parent)


if __name__ == "__main__":
    main()
