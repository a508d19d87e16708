"""Arguments of the commands, and how each is run over an open tablet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp import __version__
from fieldapp.cli.codes import EPILOG, Exit
from fieldapp.domain.errors import FieldappError, UserError
from fieldapp.paths import default_data_dir

if TYPE_CHECKING:
    from fieldapp.wiring import Tablet

Command = Callable[["Tablet", argparse.Namespace], int]


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: the verb and its options.

    Returns:
        one of ``Exit``.
    """
    arguments = _parser().parse_args(argv)
    from fieldapp.wiring import Tablet

    try:
        tablet = Tablet.open(
            (arguments.data_dir or default_data_dir()).absolute(),
            server=getattr(arguments, "server", None),
            ca_file=getattr(arguments, "ca_file", None),
        )
    except FieldappError as error:
        print(error.words, file=sys.stderr)
        return Exit.WRONG_ARGUMENTS if isinstance(error, UserError) else Exit.NOT_OPENED
    try:
        return _run(arguments.run, tablet, arguments)
    finally:
        tablet.close()


def _run(run: Command, tablet: Tablet, arguments: argparse.Namespace) -> int:
    try:
        return run(tablet, arguments)
    except UserError as error:
        print(error.words, file=sys.stderr)
        return Exit.WRONG_ARGUMENTS
    except FieldappError as error:
        print(error.words, file=sys.stderr)
        return Exit.LATER
    except KeyboardInterrupt:
        print("Stopped. Nothing is lost.", file=sys.stderr)
        return Exit.LATER


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldapp",
        description="Record engagements offline. Commands that need no screen:",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"fieldapp {__version__}")
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_sign_in(verbs)
    _add_enrol(verbs)
    _add_sync(verbs)
    _add_hand_in(verbs)
    _add_doctor(verbs)
    _add_export(verbs)
    return parser


Verbs = argparse._SubParsersAction  # noqa: SLF001 - argparse names it nowhere else


def _verb(
    verbs: Verbs[argparse.ArgumentParser], name: str, words: str, run: Command
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=words, description=words)
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where the records live")
    parser.set_defaults(run=run)
    return parser


def _add_sign_in(verbs: Verbs[argparse.ArgumentParser]) -> None:
    from fieldapp.cli.sending import sign_in

    parser = _verb(verbs, "sign-in", "set this tablet up, or sign in again", sign_in)
    parser.add_argument("--force-no", required=True, metavar="NUMBER", help="your force number")
    parser.add_argument("--server", metavar="URL", help="address of the centre, the first time")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="certificates to trust for it")


def _add_enrol(verbs: Verbs[argparse.ArgumentParser]) -> None:
    from fieldapp.cli.sending import enrol

    parser = _verb(verbs, "enrol", "make this tablet known to its centre, with a code", enrol)
    parser.add_argument("--code", required=True, help="as the centre's operator gave it out")
    parser.add_argument("--server", metavar="URL", help="address of the centre, the first time")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="certificates to trust for it")


def _add_sync(verbs: Verbs[argparse.ArgumentParser]) -> None:
    from fieldapp.cli.sending import sync

    _verb(verbs, "sync", "send what waits and receive what is new", sync)


def _add_hand_in(verbs: Verbs[argparse.ArgumentParser]) -> None:
    from fieldapp.cli.handing import bundle_carry, bundle_save, hand_in

    _verb(verbs, "hand-in", "whether anything is left on this tablet; a code when not", hand_in)
    words = "rescue copies of what is only on a tablet"
    bundle = verbs.add_parser("bundle", help=words, description=words)
    kinds = bundle.add_subparsers(title="commands", required=True, metavar="COMMAND")
    carry = _verb(kinds, "carry", "hand in a colleague's rescue copy", bundle_carry)
    carry.add_argument("file", type=Path, help="rescue.fieldapp, or the folder it is in")
    save = _verb(kinds, "save", "keep a copy on a stick or in a folder as well", bundle_save)
    save.add_argument("place", type=Path, metavar="FOLDER", help="such as a stick")


def _add_doctor(verbs: Verbs[argparse.ArgumentParser]) -> None:
    from fieldapp.cli.doctor import doctor

    parser = _verb(
        verbs, "doctor", "what support needs to know: numbers and codes, nobody's data", doctor
    )
    parser.add_argument("--offline", action="store_true", help="do not ask the centre")


def _add_export(verbs: Verbs[argparse.ArgumentParser]) -> None:
    from fieldapp.cli.exporting import FORMATS, export

    parser = _verb(
        verbs, "export", "write your own entries to a file that is not encrypted", export
    )
    parser.add_argument("path", type=Path, help="the file to make; an existing one is left alone")
    parser.add_argument("--reason", help="why; it is kept in the audit trail")
    parser.add_argument("--format", choices=FORMATS, help="taken from the file's name if not given")
