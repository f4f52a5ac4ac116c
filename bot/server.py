"""One aiohttp server for the page, the chat and the watchers. Strict headers on everything, sentences instead of traces."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from bot.bodies import MAX_BODY
from bot.caller import Sorry, unavailable
from bot.log import cause
from bot.render import Renderer
from storage.database import Unavailable

if TYPE_CHECKING:
    from jinja2 import Environment

log = structlog.get_logger()
PAGE = Path(__file__).parent / "page"
VERSION = "0.1.0"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
}


class Pages:
    """The page and its files, read once."""

    def __init__(self, renderer: Renderer, language: str, counties: tuple[str, ...]) -> None:
        self.renderer, self.language, self.counties = renderer, language, counties

    @cached_property
    def jinja(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader

        return Environment(loader=FileSystemLoader(PAGE), autoescape=True)

    def routes(self) -> list[web.RouteDef | web.StaticDef]:
        return [
            web.get("/", self.index),
            web.get("/{county:[a-z][a-z0-9_]*}/", self.index),
            web.static("/page", PAGE),
        ]

    async def index(self, request: web.Request) -> web.Response:
        county = request.match_info.get("county", "")
        self.offered(county)
        text = self.jinja.get_template("index.html").render(self.named(county))
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})

    def offered(self, county: str) -> None:
        """A county that is not on the page, or a house without a page, is not found."""
        if not self.counties or (county and county not in self.counties):
            raise web.HTTPNotFound

    def named(self, county: str) -> dict[str, Any]:
        plans = {key: self.renderer.plans[key] for key in self.counties}
        plan = plans.get(county) or (next(iter(plans.values())) if len(plans) == 1 else None)
        any_plan = plan or next(iter(plans.values()))
        hotline = next((one for one in any_plan.hotlines.values() if one.number and one.number != "110"), None)
        return {
            "county_id": plan.id if plan else "",
            "county_name": plan.name.zh if plan else "",
            "county_name_en": plan.name.en if plan else "",
            "hotline_name": hotline.name.zh if hotline else "",
            "hotline_name_en": hotline.name.en if hotline else "",
            "hotline_number": hotline.number if hotline else "",
            "language": self.language,
            "version": VERSION,
        }


def application(routes: list[Any], renderer: Renderer) -> web.Application:
    @web.middleware
    async def plainly(request: web.Request, handler: Any) -> web.StreamResponse:
        """Faults become one sentence in the person's language; a fault of ours is logged by kind and place only."""
        try:
            response: web.StreamResponse = await handler(request)
            return response
        except Sorry as sorry:
            return _sentence(request, renderer, sorry)
        except Unavailable as fault:
            return _sentence(request, renderer, unavailable(fault.reason, ""))
        except web.HTTPNotFound:
            return _sentence(request, renderer, Sorry(404, "not_found"))
        except (web.HTTPException, ConnectionResetError):
            raise
        except Exception as fault:
            log.error("request failed", route=_route(request), cause=cause(fault))
            return _sentence(request, renderer, Sorry(500, "broken"))

    app = web.Application(middlewares=[plainly], client_max_size=MAX_BODY)
    app.on_response_prepare.append(_with_headers)
    app.add_routes(routes)
    return app


async def _with_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/page/"):  # nobody's words stay in a browser's cache
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)


def _route(request: web.Request) -> str:
    """The pattern, not the path: a path may carry a signed link."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "-"


def _sentence(request: web.Request, renderer: Renderer, sorry: Sorry) -> web.Response:
    """JSON for the page's script, plain words for somebody who followed a link."""
    language = sorry.language or ("en" if request.headers.get("Accept-Language", "").startswith("en") else "zh")
    text = renderer.block(f"common:http_{sorry.why}", sorry.data, language, None)
    headers = {"Retry-After": "2"} if sorry.status == 503 else {}
    if "text/html" in request.headers.get("Accept", ""):
        return web.Response(text=text, status=sorry.status, headers=headers)
    return web.json_response({"error": text, "why": sorry.why}, status=sorry.status, headers=headers)
