"""The application: messages in the shape that clients know, health, and the life of the cache."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cache_server.limits import Pool, PoolFullError, RateLimit
from cache_server.model import Model
from cache_server.semantic_cache import SemanticCache

Handler = Callable[[Request], Awaitable[Response]]
MOST_TOKENS = 200


@dataclass
class Server:
    """Everything that a running server holds."""

    keys: frozenset[str]
    pool: Pool
    limit: RateLimit
    cache: SemanticCache = field(default_factory=SemanticCache)
    model: Model = field(default_factory=lambda: Model("small-1"))
    cache_file: Path | None = None
    draining: bool = False
    workers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(32))


def application(server: Server) -> Starlette:
    """The routes of a server; its cache is loaded before the first request and saved at the end."""

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        if server.cache_file is not None and server.cache_file.exists():
            server.cache.load(server.cache_file)
        yield
        server.draining = True
        server.workers.shutdown()
        if server.cache_file is not None:
            server.cache.save(server.cache_file)

    bound = [
        ("/v1/messages", "POST", _messages),
        ("/admin/swap", "POST", _swap),
        ("/admin/save", "POST", _save),
        ("/admin/load", "POST", _load),
        ("/admin/drain", "POST", _drain),
    ]
    admitted = [
        Route(path, _admitted(server, handle), methods=[method]) for path, method, handle in bound
    ]
    open_to_all = [
        Route("/health/live", _healthy(lambda: True)),
        Route("/health/ready", _healthy(lambda: not server.draining)),
        Route("/health/startup", _healthy(lambda: True)),
        Route("/metrics", _metrics(server)),
    ]
    return Starlette(routes=[*admitted, *open_to_all], lifespan=life)


def _admitted(server: Server, handle: Callable[[Server, Request], Awaitable[Response]]) -> Handler:
    """Only with a key, and not more often than its limit; health is asked without either."""

    async def handler(request: Request) -> Response:
        key = request.headers.get("x-api-key", "")
        if key not in server.keys:
            return _error(401, "authentication_error", "this key is not known")
        if not server.limit.admits(key):
            return _error(429, "rate_limit_error", "too many requests with this key")
        if server.draining:
            return _error(503, "overloaded_error", "the server is being stopped")
        return await handle(server, request)

    return handler


async def _messages(server: Server, request: Request) -> Response:
    try:
        body: dict[str, Any] = await request.json()
        question = "\n".join(str(one["content"]) for one in body["messages"])
        tokens = int(body.get("max_tokens", 20))
    except (ValueError, KeyError, TypeError):
        return _error(400, "invalid_request_error", "messages with a content each are needed")
    if not 0 < tokens <= MOST_TOKENS:
        return _error(400, "invalid_request_error", f"max_tokens is between 1 and {MOST_TOKENS}")
    known = server.cache.find(question)
    if known is not None:
        return _message(server.model, known, cached=True)
    model = server.model
    loop = asyncio.get_running_loop()
    try:
        with server.pool.place():
            answer = await loop.run_in_executor(server.workers, model.answer, question, tokens)
    except PoolFullError:
        return _error(503, "overloaded_error", "all places are taken", {"retry-after": "1"})
    server.cache.keep(question, answer)
    return _message(model, answer, cached=False)


def _message(model: Model, answer: str, *, cached: bool) -> Response:
    content = [{"type": "text", "text": answer}]
    body = {"type": "message", "role": "assistant", "model": model.name, "content": content}
    return JSONResponse(body, headers={"x-cache": "hit" if cached else "miss"})


async def _swap(server: Server, request: Request) -> Response:
    """Another model from now on; what is being answered is answered by the old one."""
    body = await request.json()
    server.model = Model(str(body["model"]))
    server.cache = SemanticCache()
    return JSONResponse({"model": server.model.name})


async def _save(server: Server, request: Request) -> Response:
    body = await request.json()
    return JSONResponse({"entries": server.cache.save(Path(body["file"]))})


async def _load(server: Server, request: Request) -> Response:
    body = await request.json()
    return JSONResponse({"entries": server.cache.load(Path(body["file"]))})


async def _drain(server: Server, _request: Request) -> Response:
    """No more messages; those that are being answered end as they would have."""
    server.draining = True
    return JSONResponse({"in_flight": server.pool.taken})


def _healthy(is_well: Callable[[], bool]) -> Handler:
    async def handler(_request: Request) -> Response:
        said = "ok" if is_well() else "draining"
        return JSONResponse({"status": said}, 200 if is_well() else 503)

    return handler


def _metrics(server: Server) -> Handler:
    async def handler(_request: Request) -> Response:
        return JSONResponse(
            {
                "cache_hits": server.cache.hits,
                "cache_misses": server.cache.misses,
                "cache_entries": len(server.cache),
                "pool_places": server.pool.places,
                "pool_taken": server.pool.taken,
                "pool_refused": server.pool.refused,
                "model": server.model.name,
            }
        )

    return handler


def _error(status: int, kind: str, text: str, headers: dict[str, str] | None = None) -> Response:
    body = {"type": "error", "error": {"type": kind, "message": text}}
    return JSONResponse(body, status, headers)
