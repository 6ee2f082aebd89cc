"""Check a data folder.

`python -m proj4_code.given.check_data DIR` prints what the folder holds, or the first thing that is wrong with it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.data.contents import check_data


def main(arguments: Sequence[str] | None = None) -> None:
    """Check the folder named on the command line; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.check_data", description="Check a prepared data set and print what it holds."
    )
    parser.add_argument(
        "root", type=Path, metavar="DIR", help="folder with images, labels, train.txt, val.txt, test.txt"
    )
    options = parser.parse_args(arguments)
    with one_line_errors():
        print(check_data(options.root))


if __name__ == "__main__":
    main()
