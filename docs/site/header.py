"""leyden.h as a page: its sections become headings, each declaration stays as it is. Called by tools/docs.

    header.py leyden.h PAGE
"""

import pathlib
import re
import sys

text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
parts = re.split(r"^/\* ---- (.*?) -+ \*/\n", text, flags=re.MULTILINE)
first = re.match(r"/\*(.*?)\*/", parts[0], re.DOTALL)
page = ["# C interface\n", "`leyden.h`, the whole of it; `examples/first_battery.c` is a program to start from, `pkg-config --cflags "
        "--libs leyden` and `find_package(leyden)` find it.\n"]
about = re.sub(r"^ ?\* ?", "", first.group(1), flags=re.MULTILINE).strip()
page.append(f"```text\n{about}\n```\n")
sections = [("Errors and version", parts[0][first.end():]), *zip(parts[1::2], parts[2::2])]
for title, body in sections:
    body = re.sub(r"^#(ifndef LEYDEN_H|define LEYDEN_H|endif|ifdef __cplusplus)\n|^extern \"C\" \{\n|^\}\n#endif\n", "", body,
                  flags=re.MULTILINE).strip("\n")
    page.append(f"## {title.strip()}\n\n```c\n{body}\n```\n")
pathlib.Path(sys.argv[2]).write_text("\n".join(page), encoding="utf-8")
