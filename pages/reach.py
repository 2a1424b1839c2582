"""Whom the dashboard serves, and so where a user's pictures go: the last line of the sidebar."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import streamlit as st

from pages.language import text
from pages.widgets.plain_text import plain


def reach_words() -> str:
    """Where what the user opens goes: nowhere; or, when the dashboard is open to a network, to which computer."""
    return _words(st.context.url, st.context.ip_address, st.get_option("server.address"))


def _words(url: str | None, client: str | None, listens_at: str | None) -> str:
    """The sentence.

    Args:
        url: where the user's browser has the page from; None if that is not known.
        client: the browser's address; None if it is on this computer.
        listens_at: where the server listens; None for everywhere.
    """
    host = urlsplit(url).hostname if url else None
    if (host and not _is_this_computer(host)) or (client and not _is_this_computer(client)):
        return text("common.served_from", host=plain(host)) if host else text("common.served_from_elsewhere")
    if listens_at and _is_this_computer(listens_at):
        return text("common.nothing_leaves")
    return text("common.open_to_network")


def _is_this_computer(address: str) -> bool:
    if address == "localhost" or address.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:  # another name
        return False
