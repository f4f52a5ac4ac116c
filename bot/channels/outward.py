"""How requests leave this house: over aiohttp, trusting what certifi and the machine trust, by the environment's proxy."""

import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import certifi

CONNECTIONS = 64


def session(url: str, headers: Mapping[str, str] | None = None) -> aiohttp.ClientSession:
    """For requests to this address; within the loop it will be used in. It keeps no cookies."""
    trusted = ssl.create_default_context()  # SSL_CERT_FILE too: a private host may have a root of its own
    trusted.load_verify_locations(certifi.where())
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, ssl=trusted)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=headers, proxy=proxy(url)
    )


def proxy(url: str) -> str | None:
    """The environment's, looked up once: aiohttp would do it for each request, in a thread."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
