"""`kram serve`: an open socket, what to say about it, and uvicorn on it."""

import errno
import ipaddress
import os
import socket

import click
import uvicorn

from kram.errors import KramError
from kram.loading import load_knowledge
from kram.texts import Catalogue, catalogue

LOOPBACK, PORT = "127.0.0.1", 8000
_LONGEST_WAIT = 5  # seconds for open requests when the server ends
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "kram.access": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}


def serve(host: str, port: int, workers: int, country: str, lang: str) -> None:
    """Serves until Ctrl-C. Raises KramError where the address cannot be listened on, or the country is not known."""
    known = load_knowledge().emergency_numbers
    if country and country not in known:
        raise KramError("serve_country", country=country, known=", ".join(known))
    os.environ["KRAM_COUNTRY"] = country
    words = catalogue(lang)
    listening = _listen(host, port, words)
    if not _is_loopback(listening):
        click.echo(words.say("serve_beyond", host=host), err=True)
    click.echo(words.say("serve_at", address=_address(listening)))
    config = uvicorn.Config(
        "kram.server:create",
        factory=True,
        workers=workers,
        lifespan="off",
        access_log=False,  # ours has neither query nor body
        log_config=LOGGING,
        server_header=False,
        timeout_graceful_shutdown=_LONGEST_WAIT,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = uvicorn.Server(config)
    try:
        if workers == 1:
            server.run(sockets=[listening])
        else:
            uvicorn.supervisors.Multiprocess(config, sockets=[listening]).run()
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()


def _listen(host: str, port: int, words: Catalogue) -> socket.socket:
    """A bound socket on this port, or on a free one (said aloud) if it is taken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as fault:
        raise KramError("serve_host_wrong", host=host, problem=str(fault)) from fault
    for tried in (address, (address[0], 0, *address[2:])):
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(tried)
        except OSError as fault:
            listening.close()
            if fault.errno not in (errno.EADDRINUSE, errno.EACCES) or tried is not address:
                raise KramError("serve_host_wrong", host=host, problem=fault.strerror or str(fault)) from fault
            continue
        if tried is not address:
            click.echo(words.say("serve_port_taken", port=port, other=listening.getsockname()[1]))
        return listening
    raise AssertionError("a free port was asked for and neither given nor refused")


def _is_loopback(listening: socket.socket) -> bool:
    return ipaddress.ip_address(listening.getsockname()[0].split("%")[0]).is_loopback


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
