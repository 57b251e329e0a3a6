#!/usr/bin/env python3
"""Signs thousands of generated requests with osign, oauthlib and liboauth, and compares.

    pip install -r tests/requirements.txt          # and Debian's liboauth0
    cargo build
    python3 tests/differential/generate_and_compare.py [--count 5000] [--seed N] [--library PATH]

osign is called through its C ABI; README.md here says what is compared.
"""

import argparse
import os
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "vectors")]

from c_abi import CAbi  # noqa: E402
from comparison import compare  # noqa: E402
from rules import RULES, row  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description="Compares osign with oauthlib and liboauth on generated requests.")
    parser.add_argument("--count", type=int, default=5000, help="at least one for each rule")
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, which is printed")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--library", type=Path, default=target / "debug" / "libosign.so")
    parser.add_argument("--show", type=int, default=5, help="how many failures to print in full")
    parser.add_argument("--table", action="store_true", help="print the rules as the README has them, and stop")
    arguments = parser.parse_args()
    if arguments.table:
        print("\n".join(map(row, RULES)))
        return 0
    seed = random.SystemRandom().randrange(2**32) if arguments.seed is None else arguments.seed
    return 0 if compare(CAbi(arguments.library), arguments.count, seed, arguments.show) else 1


if __name__ == "__main__":
    sys.exit(main())
