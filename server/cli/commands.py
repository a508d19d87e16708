"""Arguments of ``fieldapp-server``, and what each command does with them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fieldapp import __version__
from fieldapp.domain.errors import FieldappError

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 when it was done, 1 when it could not be (the words say why), 2 for wrong arguments.
    """
    arguments = _parser().parse_args(argv)
    run: Command = arguments.run
    try:
        return run(arguments)
    except FieldappError as error:
        print(error.words, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldapp-server", description="The centre that tablets of Fieldapp report to."
    )
    parser.add_argument("--version", action="version", version=f"fieldapp-server {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_init(commands)
    _add_serve(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],  # its only public face
    name: str,
    words: str,
    run: Command,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words)
    parser.add_argument(
        "--data-dir",
        type=Path,
        required=True,
        metavar="DIR",
        help="where the centre keeps its data",
    )
    parser.set_defaults(run=run)
    return parser


def _add_init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from server.cli.making import init

    parser = _command(commands, "init", "make a new centre", init)
    parser.add_argument(
        "--demo", action="store_true", help="with the demo force and a year of invented work"
    )


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "serve", "answer tablets until told to stop", _serve)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=8465, help="port; 0 takes a free one (%(default)s)"
    )
    parser.add_argument("--port-file", type=Path, help="write the port here once answering")
    parser.add_argument("--tls-cert", type=Path, help="certificate chain, PEM")
    parser.add_argument("--tls-key", type=Path, help="private key, PEM")
    parser.add_argument(
        "--without-tls",
        action="store_true",
        help="listen on more than this machine without TLS, behind a proxy that has it",
    )


def _serve(arguments: argparse.Namespace) -> int:
    from server.cli.serving import serve  # the web framework is slow to import

    return serve(arguments)
