"""`kram serve`: an open socket, what to say about it, and uvicorn on it."""

import errno
import ipaddress
import os
import socket
from pathlib import Path

import click

from kram.errors import KramError
from kram.loading import load_knowledge
from kram.texts import Catalogue, catalogue

LOOPBACK, PORT = "127.0.0.1", 8000
_WAITING = 2048  # connections that may queue
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


def serve(
    host: str, port: int, workers: int, country: str, lang: str, diary: Path | None = None, beyond: bool = False
) -> None:
    """Serves until Ctrl-C. Raises KramError where the address cannot be listened on, the country is not known, or the
    diary cannot be read. `diary`: the file that keeps it; `beyond`: for other machines, too."""
    import uvicorn  # no other command waits for it to load
    from uvicorn.supervisors import Multiprocess

    known = load_knowledge().emergency_numbers
    if country and country not in known:
        raise KramError("serve_country", country=country, known=", ".join(known))
    os.environ["KRAM_COUNTRY"] = country
    words = catalogue(lang)
    listening = _listen(host, port, words)
    if diary is not None:
        from kram.diary.keeping import Keeper

        if not (beyond or _is_loopback(listening)):
            raise KramError("serve_diary_beyond")
        Keeper(diary).read()  # says now what is wrong with the file
    os.environ["KRAM_SERVE_DIARY"] = str(diary.absolute()) if diary is not None else ""
    os.environ["KRAM_SERVE_DIARY_BEYOND"] = "yes" if beyond else ""
    if not _is_loopback(listening):
        click.echo(words.say("serve_beyond", host=host), err=True)
    listening.listen(_WAITING)  # whoever reads the address may come at once
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
            Multiprocess(config, sockets=[listening]).run()
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
