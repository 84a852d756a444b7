"""The page that documents the control routes, Swagger UI: all files are this installation's.

Its Content-Security-Policy allows no other origin, and no script that is not known beforehand.
The page of a lake has the same code: the image of the stand-in installs no library of the lake.
"""

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def add_documentation(app: FastAPI, path: str) -> None:
    """Serves the page at a path, and its files below it."""
    files = f"{path}/files"
    page = get_swagger_ui_html(
        openapi_url=str(app.openapi_url),
        title=app.title,
        swagger_js_url=f"{files}/swagger-ui-bundle.js",
        swagger_css_url=f"{files}/swagger-ui.css",
        swagger_favicon_url=f"{files}/favicon.png",
    )
    body = bytes(page.body)
    headers = {"content-security-policy": _policy(body)}

    @app.get(path, include_in_schema=False)
    async def documentation() -> HTMLResponse:
        """Returns a page that describes the control routes and sends requests to them."""
        return HTMLResponse(body, headers=headers)

    app.mount(files, StaticFiles(packages=[("fastapi_offline", "static")]))


def _policy(page: bytes) -> str:
    scripts = " ".join(map(_source, _INLINE_SCRIPT.findall(page)))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {scripts}",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _source(script: bytes) -> str:
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"
