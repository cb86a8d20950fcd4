"""The documents as a site: `make docs`. tools/docs gathers the pages and runs Sphinx on them."""

import pathlib

project = "leyden"
author = "the leyden authors"
copyright = author
release = version = (pathlib.Path(__file__).parent / "VERSION").read_text(encoding="utf-8").strip()

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = f"leyden {version}"
html_copy_source = False
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
suppress_warnings = ["myst.header"]
myst_heading_anchors = 3
highlight_language = "text"

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say it with shapes and units
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
default_role = "code"
