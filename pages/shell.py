"""What every page stands in: navigation, language, the last line of the sidebar, and a net for faults."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.language import language_switch, text
from pages.reach import reach_words
from pages.widgets.choices import choices, write_link

MARK = Path(__file__).parent / "assets" / "mark.svg"

PAGES = (
    ("start", ":material/home:"),
    ("image", ":material/image:"),
    ("video", ":material/movie:"),
    ("live", ":material/videocam:"),
    ("methods", ":material/straighten:"),
    ("about", ":material/info:"),
)

# Streamlit has no setting for the size of its buttons; a finger needs 44 pixels.
PHONE_STYLE = """<style>
@media (max-width: 640px) {
  .stButton button, .stDownloadButton button, .stButtonGroup button, .stFileUploader button, .stTabs [role="tab"],
  .stPopover button {
    min-height: 44px;
  }
}
</style>"""


def main() -> None:
    """Run the chosen page inside the shell."""
    st.set_page_config(page_title="Posescope", page_icon=str(MARK), layout="wide")
    st.html(PHONE_STYLE)
    st.logo(str(MARK.with_name("wordmark.svg")), icon_image=str(MARK), size="large")
    choices()  # taken from the link before anything is written there
    pages = [
        st.Page(
            f"{name}.py",
            title=text(f"common.page_{name}"),
            icon=icon,
            url_path=name,
            default=name == "start",
            help=text(f"common.page_{name}_help"),
        )
        for name, icon in PAGES
    ]
    page = st.navigation(pages)
    try:
        page.run()
    finally:  # also below a page that has failed
        with st.sidebar:
            language_switch()
            st.caption(f":material/lock: {reach_words()}")
    write_link()


main()
