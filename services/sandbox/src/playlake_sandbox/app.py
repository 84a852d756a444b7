"""The sandbox's application: Spotify's two services as Spotify shapes them, and the control routes.

What happens to requests before they are served (counting, faults) is middleware here: what a fault
answers is counted as well.
"""

from fastapi import FastAPI

from playlake_sandbox import control
from playlake_sandbox.accounts.authorize import add_consent
from playlake_sandbox.accounts.token_endpoint import create_accounts
from playlake_sandbox.counting import CountRequests
from playlake_sandbox.faults import routes as faults
from playlake_sandbox.faults.middleware import InjectFaults
from playlake_sandbox.settings import Settings
from playlake_sandbox.state import Sandbox
from playlake_sandbox.web_api.routes import create_web_api


def create_app(settings: Settings) -> FastAPI:
    """Returns the application; only its control routes are in its OpenAPI description."""
    sandbox = Sandbox.begin(settings)
    app = FastAPI(
        title="Playlake sandbox",
        description="Control routes of a deterministic stand-in for Spotify.",
        openapi_url="/sandbox/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.sandbox = sandbox
    app.include_router(control.router)
    app.include_router(faults.router)
    add_consent(app)
    app.mount("/api", create_accounts(sandbox))
    app.mount("/v1", create_web_api(sandbox))
    app.add_middleware(InjectFaults, sandbox=sandbox)
    app.add_middleware(CountRequests, counts=sandbox.requests)
    return app
