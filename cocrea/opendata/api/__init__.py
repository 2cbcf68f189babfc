"""The API for programs: read only, what any visitor may see, described in OpenAPI 3.1."""

from cocrea.opendata.api.views import init_app

__all__ = ["init_app"]
