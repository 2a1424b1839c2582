"""Uploads stay in memory."""

from __future__ import annotations

import streamlit as st
from starlette.formparsers import MultiPartParser


def keep_uploads_in_memory() -> None:
    """Starlette would write a part of an upload above one megabyte to a temporary file."""
    MultiPartParser.spool_max_size = (int(st.get_option("server.maxUploadSize")) + 1) * 1024 * 1024
