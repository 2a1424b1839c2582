"""Posescope's dashboard: `streamlit run dashboard.py`.

Nothing but the app is made here. Streamlit would mistake the `pages` folder beside a main script for its own old kind
of pages, so the script that it runs is `pages/shell.py`.
"""

import streamlit as st

try:
    import core  # noqa: F401  # asked for first, so that a missing system library is told in one sentence
except ImportError as error:
    raise SystemExit(f"Posescope cannot start. {error}") from None

from pages import assets, clips_route, live_route
from pages.faults import tell_fault
from pages.uploads import keep_uploads_in_memory

keep_uploads_in_memory()
app = st.App(
    "pages/shell.py",
    routes=[*assets.routes(), *clips_route.routes(), *live_route.routes()],
    on_script_error=tell_fault,
)
