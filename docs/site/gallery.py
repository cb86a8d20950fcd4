"""The gallery: one page for every folder of papers/, from its paper.yaml, notes and figures. Called by tools/docs.

    gallery.py PAPERS PAGES
"""

import html
import pathlib
import re
import shutil
import sys

import yaml


def names_of(scenarios):
    """Files of the scenarios of a figure; {steady: file} is one whose steady state is wanted."""
    for item in scenarios:
        if isinstance(item, dict):
            for command, name in item.items():
                yield (name, command)
        else:
            yield (item, "run")


def figure_of(papers, key, name):
    for ending in ("svg", "png"):
        path = papers / "figures" / key / f"{name}.{ending}"
        if path.exists():
            return path
    return None


def scenario(papers, key, name, command):
    path = papers / key / name
    if not path.exists():
        return ""
    text = html.escape(path.read_text(encoding="utf-8"))
    # no empty line may end the piece of HTML
    text = re.sub(r"\n(?=\n)", "\n&#8203;", text.rstrip("\n"))
    return (f"<details><summary>{html.escape(name)}{' (steady state)' if command == 'steady' else ''}</summary>\n"
            f'<div class="highlight"><pre>{text}</pre></div></details>\n')


def lowered(text):
    """Headings of the notes two levels down."""
    return re.sub(r"^(#+) ", r"##\1 ", text, flags=re.MULTILINE)


def main():
    papers, pages = map(pathlib.Path, sys.argv[1:])
    (pages / "gallery").mkdir(exist_ok=True)
    report = (papers / "REPORT.md").read_text(encoding="utf-8") if (papers / "REPORT.md").exists() else ""
    table = re.search(r"^\| paper \|.*?\n\n", report, re.MULTILINE | re.DOTALL)
    first = ["# Five papers\n", "Every figure of five papers on collective quantum batteries, computed again from the scenarios shown "
             "with it, and compared number by number with what the papers print or an independent calculation gives. "
             "`leyden papers run ID` computes a figure on your machine, `leyden papers check ID` compares it.\n"]
    keys = sorted(path.parent.name for path in papers.glob("*/paper.yaml"))
    first.append("```{toctree}\n:hidden:\n\n" + "\n".join(f"gallery/{key}" for key in keys) + "\n```\n")
    for key in keys:
        about = yaml.safe_load((papers / key / "paper.yaml").read_text(encoding="utf-8"))
        page = [f"# {about['title']}\n", f"{about['authors']}; {about['published']}.\n", f"{about['conventions']}\n"]
        shown = None
        for name, figure in about["figures"].items():
            page.append(f"## {name}: {figure['shows']}\n")
            if "scenarios" not in figure:
                page.append(f"Not computed: {figure.get('without', 'nothing to compute')}.\n")
                continue
            picture = figure_of(papers, key, name)
            if picture:
                target = pages / "gallery" / key / picture.name
                target.parent.mkdir(exist_ok=True)
                shutil.copy(picture, target)
                page.append(f"![{name}]({key}/{picture.name})\n")
                if shown is None or name == "fig4":
                    shown = f"gallery/{key}/{picture.name}"
            page.append(f"    leyden papers run {key}/{name}\n")
            page += [scenario(papers, key, file, command) for file, command in names_of(figure["scenarios"])]
        for folder, heading in (("", "Notes"), ("beyond", "Beyond the paper")):
            notes = papers / key / folder / "notes.md"
            if notes.exists():
                page.append(f"## {heading}\n\n" + lowered(notes.read_text(encoding="utf-8")))
        (pages / "gallery" / f"{key}.md").write_text("\n".join(page), encoding="utf-8")
        first.append(f"## [{about['title']}](gallery/{key}.md)\n")
        first.append(f"{about['authors']}; {about['published']}. {sum('scenarios' in figure for figure in about['figures'].values())} figures and tables computed.\n")
        if shown:
            first.append(f"[![{key}]({shown})](gallery/{key}.md)\n")
    if table:
        first.append("## Numbers compared\n\n" + table.group(0))
    (pages / "gallery.md").write_text("\n".join(first), encoding="utf-8")


main()
