#!/usr/bin/python3
"""Makes papers/KEY/FIGURE.expected.csv from files of expected numbers, or checks that they are up to date. Numbers that no row
compares have their reason in left_out.csv; those that have none are printed.

usage: tools/papers/expected.py FOLDER [--check] [KEY...]

FOLDER holds the files that the modules name as SOURCE. Without KEY, every paper that has a module.
"""

import argparse
import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import common  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", help="of the expected numbers")
    parser.add_argument("keys", nargs="*", metavar="KEY")
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if a file would change")
    options = parser.parse_args()
    known = sorted(path.stem for path in HERE.glob("*[0-9].py"))
    papers = HERE.parent.parent / "papers"
    stale, ids, sources = 0, set(), set()
    for key in options.keys or known:
        if key not in known:
            parser.error(f"there is no {key}.py; there are {', '.join(known)}")
        module = importlib.import_module(key)
        sources.add(module.SOURCE)
        for path, text in common.files(module, options.folder, papers).items():
            ids.update(line.split(",", maxsplit=1)[0] for line in text.splitlines())
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale += 1
            name = path.relative_to(papers.parent)
            print(f"{name} {'would change' if options.check else 'written'}")
            if not options.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for source in sorted(sources) if not options.keys else ():
        for name in common.uncovered(common.entries(options.folder, source), ids):
            print(f"{name} is neither compared nor in left_out.csv")
            stale += 1
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
