"""Why a request failed, in a few words that hold no address, no body and no secret."""

import errno

import aiohttp

_BY_ERRNO = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection lost",
    errno.EPIPE: "connection lost",
    errno.EHOSTUNREACH: "host unreachable",
    errno.ENETUNREACH: "network unreachable",
}


def name_failure(error: Exception) -> str:
    """Name a failed request."""
    match error:
        case TimeoutError():
            return "timeout"
        case aiohttp.ClientConnectorDNSError():
            return "name not found"
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError():
            return "TLS error"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            return "connection lost"
        case OSError():  # aiohttp's ClientOSError too
            return _BY_ERRNO.get(error.errno or 0, "cannot connect")
        case aiohttp.InvalidURL() | ValueError():
            return "invalid address"
        case _:
            return "not HTTP"
