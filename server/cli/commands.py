"""Arguments of ``fieldapp-server``, and what each command does with them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldapp import __version__
from fieldapp.domain.errors import FieldappError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - no public name

_PORT = 8465
_KEPT = 14


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 when it was done, 1 when it could not be (the words say why), 2 for wrong arguments.
    """
    arguments = _parser().parse_args(argv)
    module, _, name = arguments.run.partition(":")
    try:
        # Imported only now: the web framework and the migrations are slow to load.
        done: int = getattr(import_module(f"server.cli.{module}"), name)(arguments)
    except FieldappError as error:
        print(error.words, file=sys.stderr)
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"That did not work: {error.strerror or error}{where}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return done


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldapp-server", description="The centre that tablets of Fieldapp report to."
    )
    parser.add_argument("--version", action="version", version=f"fieldapp-server {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_init_and_serve(commands)
    _add_backup(commands)
    _add_user(_group(commands, "user", "accounts"))
    _add_device(_group(commands, "device", "tablets"))
    _add_report(_group(commands, "report", "answers to the force's questions"))
    _add_rescue(commands)
    quarantine = _group(commands, "quarantine", "what is held at the centre")
    _command(quarantine, "list", "what is held, without its content", "asking:quarantine_list")
    show = _command(quarantine, "show", "one held operation", "asking:quarantine_show")
    show.add_argument("number", type=int, help="its number in the list")
    audit = _group(commands, "audit", "the trail of who did what")
    _command(audit, "verify", "check that nothing was changed", "asking:audit_verify")
    words = "make the projections again from the records and compare"
    _command(commands, "rebuild", words, "asking:rebuild_projections")
    return parser


def _group(commands: Subparsers, name: str, words: str) -> Subparsers:
    parser = commands.add_parser(name, help=words, description=f"About {words}.")
    return parser.add_subparsers(title="commands", required=True, metavar="COMMAND")


def _command(commands: Subparsers, name: str, words: str, run: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    parser.add_argument(
        "--data-dir",
        type=Path,
        required=True,
        metavar="DIR",
        help="where the centre keeps its data",
    )
    parser.set_defaults(run=run)
    return parser


def _add_init_and_serve(commands: Subparsers) -> None:
    init = _command(commands, "init", "make a new centre", "making:init")
    init.add_argument(
        "--demo", action="store_true", help="with the demo force and a year of invented work"
    )
    init.add_argument(
        "--database",
        metavar="ADDRESS",
        help="keep everything in this empty PostgreSQL database, such as "
        "postgresql://fieldapp:PASSWORD@HOST/fieldapp?sslmode=verify-full",
    )
    serve = _command(commands, "serve", "answer tablets until told to stop", "serving:serve")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument(
        "--port", type=int, default=_PORT, help="port; 0 takes a free one (%(default)s)"
    )
    serve.add_argument("--port-file", type=Path, help="write the port here once answering")
    serve.add_argument("--tls-cert", type=Path, help="certificate chain, PEM")
    serve.add_argument("--tls-key", type=Path, help="private key, PEM")
    serve.add_argument(
        "--without-tls",
        action="store_true",
        help="listen on more than this machine without TLS, behind a proxy that has it",
    )
    serve.add_argument(
        "--backup-to", type=Path, metavar="FOLDER", help="make backups there by itself"
    )
    serve.add_argument(
        "--backup-every",
        type=float,
        default=24.0,
        metavar="HOURS",
        help="how often (%(default)s)",
    )
    serve.add_argument(
        "--backup-keep",
        type=int,
        default=_KEPT,
        metavar="N",
        help="how many stay (%(default)s)",
    )


def _add_backup(commands: Subparsers) -> None:
    backup = _command(commands, "backup", "make a backup and verify it", "backing:backup")
    backup.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where it goes")
    backup.add_argument(
        "--keep",
        type=int,
        default=_KEPT,
        metavar="N",
        help="how many of this centre's stay in the folder (%(default)s)",
    )
    backup.add_argument("--list", action="store_true", help="show what is in the folder instead")
    restore = _command(commands, "restore", "put a backup in place", "backing:restore")
    restore.add_argument(
        "--from", dest="source", type=Path, required=True, metavar="FILE", help="the backup"
    )
    restore.add_argument(
        "--key-file", type=Path, metavar="FILE", help="the key, when the folder has none"
    )
    restore.add_argument(
        "--database", metavar="ADDRESS", help="put it into this empty PostgreSQL database"
    )
    restore.add_argument(
        "--even-if-older", action="store_true", help="although there is a newer backup"
    )
    words = "put the newest backup back elsewhere, start it and compare"
    drill = _command(commands, "drill", words, "backing:drill")
    drill.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="PATH",
        help="a backup or a folder of them; where the last one went when left out",
    )


def _add_user(commands: Subparsers) -> None:
    add = _command(commands, "add", "make an account", "people:user_add")
    add.add_argument("force_no", help="force number, used to sign in")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, help="rank or role, such as PCSO or PS")
    add.add_argument("--lpt", required=True, help="local policing team, such as TA")
    add.add_argument(
        "--right",
        action="append",
        required=True,
        help="such as FIELD or SUPERVISOR; may be repeated",
    )
    add.add_argument(
        "--neighbourhood",
        action="append",
        metavar="CODE",
        help="assigned to it; may be repeated; ALL_LPT for all of the team's",
    )
    add.add_argument("--supervisor", metavar="ID", help="officer id of the supervisor")
    add.add_argument("--officer-id", metavar="ID", help="made up when left out")
    _takes_password(add)
    _command(commands, "list", "all accounts", "people:user_list")
    disable = _command(commands, "disable", "close an account", "people:user_disable")
    disable.add_argument("force_no")
    password = _command(commands, "password", "give a new password", "people:user_password")
    password.add_argument("force_no")
    _takes_password(password)


def _takes_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )


def _add_device(commands: Subparsers) -> None:
    _command(commands, "list", "all tablets, those heard of last first", "tablets:device_list")
    _command(commands, "enrol", "a code that makes one tablet known", "tablets:device_enrol")
    for name, words in (
        ("show", "one tablet: what waits on it, and what it was ordered to do"),
        ("revoke", "shut a tablet out"),
        ("drain", "let a tablet send what it has and receive no more"),
        ("restore", "let a tablet send and receive again; a wipe not carried out is called off"),
        ("wipe", "have a tablet send what it has, then destroy everything on it"),
    ):
        parser = _command(commands, name, words, f"tablets:device_{name}")
        parser.add_argument("device_id")
        if name == "wipe":
            parser.add_argument(
                "--now",
                action="store_true",
                help="do not wait for what it has to send: shut it out, destroy at first contact",
            )
    words = "whether only enrolled tablets may sign in"
    required = _command(commands, "require-enrolment", words, "tablets:require_enrolment")
    required.add_argument("answer", choices=("yes", "no"))
    words = "new keys for the centre; its tablets take them from the old ones"
    _command(commands, "change-keys", words, "tablets:change_keys")


def _add_report(commands: Subparsers) -> None:
    words = "last and next meeting of every neighbourhood"
    meetings = _command(commands, "meetings", words, "asking:report_meetings")
    meetings.add_argument("--lpt", metavar="CODE", help="only this team, such as TA")
    meetings.add_argument(
        "--as-of",
        type=_date,
        metavar="DATE",
        help="what was known at the end of that day, such as 2026-11-22; today when left out",
    )
    meetings.add_argument("--format", choices=("table", "csv", "json"), default="table")


def _add_rescue(commands: Subparsers) -> None:
    bundle = _group(commands, "bundle", "rescue copies of tablets")
    take = _command(bundle, "import", "take in a rescue copy", "bundles:bundle_import")
    take.add_argument("file", type=Path, help="rescue.fieldapp, its parts beside it, or its folder")
    _command(bundle, "list", "every copy that was handed in", "bundles:bundle_list")
    words = "apply a copy that is held because nobody could tell whether it is genuine"
    release = _command(bundle, "release", words, "bundles:bundle_release")
    release.add_argument("number", help="its number in the list")
    handin = _group(commands, "handin", "tablets that are handed in")
    words = "what a code on a tablet's screen stands for"
    check = _command(handin, "check", words, "bundles:handin_check")
    check.add_argument("code", help="such as 4F7K-92QX-0ABC")


def _date(text: str) -> Any:  # noqa: ANN401 - argparse hands it on
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date; write 2026-11-22") from None
