"""Files that the browser fetches from this server: the font and plotly.js. Nothing comes from anywhere else."""

from __future__ import annotations

from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

ASSETS = Path(__file__).parent
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# The version is part of the address, so that a browser may keep the file for as long as it likes.
PLOTLY_URL = f"assets/plotly-{plotly.__version__}.min.js"


async def _plotly_js(_: Request) -> FileResponse:
    return FileResponse(
        PLOTLY_JS, media_type="text/javascript", headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


def routes() -> list[BaseRoute]:
    """What the app serves beside its pages."""
    return [
        Route(f"/{PLOTLY_URL}", _plotly_js),
        Mount("/assets/fonts", StaticFiles(directory=ASSETS / "fonts")),
    ]
