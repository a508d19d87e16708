"""The house rules that neither the linter nor the import contracts can hold, as plain functions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Rule = Callable[[str, str], list[str]]

ROOT = Path(__file__).parents[2]
ROOMS = ("fieldapp", "sync", "ui", "server", "resources")
LONGEST_MODULE = 400
NAMES_THAT_SAY_NOTHING = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "handlers"}
)


@dataclass(frozen=True, slots=True)
class NameRule:
    """A name that product code may use in a few places only."""

    names: frozenset[str]
    instead: str
    allowed: tuple[str, ...] = ()


# A name with a dot is matched with what stands before it (time.sleep), one without also alone.
NAME_RULES = (
    NameRule(
        frozenset({"QThread", "QThreadPool", "QRunnable", "QtConcurrent"}),
        "run work elsewhere by ui.tasks",
        ("ui/tasks.py", "ui/tasks/*"),
    ),
    NameRule(
        frozenset({"threading.Thread", "ThreadPoolExecutor", "ProcessPoolExecutor"}),
        "run work elsewhere by ui.tasks, or in the centre's one writer",
        ("ui/tasks.py", "ui/tasks/*", "server/writer.py", "server/db.py", "server/db/*"),
    ),
    NameRule(
        frozenset({"QMessageBox", "QErrorMessage", "QInputDialog", "QProgressDialog"}),
        "tell the officer by the message bar or a sheet of ui.widgets",
    ),
    NameRule(frozenset({"processEvents"}), "return to the event loop"),
    NameRule(frozenset({"time.sleep"}), "wait on an event, a signal or a timer"),
    NameRule(
        frozenset(
            {"utcnow", "utcfromtimestamp", "datetime.now", "datetime.today", "date.today"}
            | {"time.time", "time.time_ns", "currentDateTime", "currentDateTimeUtc", "currentDate"}
        ),
        "ask the Clock that was handed in",
        ("fieldapp/system.py",),
    ),
    NameRule(
        frozenset({"uuid4", "uuid1", "urandom", "secrets.token_bytes", "secrets.token_hex"}),
        "ids and randomness come from fieldapp.domain.ids and fieldapp.system",
        ("fieldapp/system.py", "fieldapp/vault.py", "fieldapp/vault/*", "server/*"),
    ),
    NameRule(
        frozenset({"QTextEdit", "QTextBrowser", "QTextDocument", "QStaticText"})
        | frozenset({"setHtml", "insertHtml", "appendHtml", "setMarkdown", "ToolTipRole"})
        | frozenset({"RichText", "MarkdownText", "AutoText", "setWhatsThis"}),
        "others' words go to plain-text sinks only",
    ),
    NameRule(
        frozenset({"QSqlDatabase", "QNetworkAccessManager", "QWebEngineView"}),
        "the store and the transport are not Qt's",
    ),
)
LAYOUT_ONLY_IN = (
    "ui/views/*",
    "ui/widgets/*",
    "ui/models/*",
    "ui/theme/*",
    "ui/theme.py",
    "ui/icons.py",
    "ui/router/*",
    "ui/pictures.py",
    "ui/shell/*",
    "ui/shell.py",
    "ui/application.py",
    "ui/application/*",
)
# Milliseconds between two steps of a finger or a mouse.
HAND_PACE = 30
# Processes of their own send no signal to wait for: there a condition is asked again and again.
MAY_POLL = ("tests/rig/*", "tests/bench/*", "tests/demo/*")


def modules(*folders: str) -> list[Path]:
    """Every Python file of these folders, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    """The syntax tree of one module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """The path as the rules write it."""
    return path.relative_to(ROOT).as_posix()


def is_allowed(file: str, patterns: Iterable[str]) -> bool:
    """A folder pattern (``ui/views/*``) means everything below it."""
    for pattern in patterns:
        if pattern.endswith("/*"):
            if file.startswith(pattern[:-1]):
                return True
        elif file == pattern:
            return True
    return False


def last_name(node: ast.expr) -> str:
    """``QLabel`` of both ``QLabel`` and ``QtWidgets.QLabel``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def used_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name a module imports, calls or reads, dotted where it is written or imported so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{(node.module or '').rpartition('.')[2]}.{alias.name}"
        elif isinstance(node, ast.Attribute):
            before = node.value
            if isinstance(before, ast.Name):
                yield node.lineno, f"{before.id}.{node.attr}"
            elif isinstance(before, ast.Attribute):
                yield node.lineno, f"{before.attr}.{node.attr}"
            else:
                yield node.lineno, f".{node.attr}"
        elif isinstance(node, ast.Name):
            yield node.lineno, f".{node.id}"


def broken_name_rules(source: str, file: str) -> list[str]:
    """Names this file may not use."""
    found = set()
    for line, dotted in used_names(ast.parse(source)):
        last = dotted.rpartition(".")[2]
        for rule in NAME_RULES:
            if (dotted in rule.names or last in rule.names) and not is_allowed(file, rule.allowed):
                found.add((line, f"{file}:{line}: {last}: {rule.instead}"))
    return [words for _, words in sorted(found)]


def widgets_out_of_place(source: str, file: str) -> list[str]:
    """QtWidgets and QtGui outside the modules that draw: presenters need QtCore only."""
    if is_allowed(file, LAYOUT_ONLY_IN):
        return []
    return [
        f"{file}:{line}: {dotted}: only views, widgets and models draw"
        for line, dotted in used_names(ast.parse(source))
        if "QtWidgets" in dotted or "QtGui" in dotted
    ]


def labels_out_of_place(source: str, file: str) -> list[str]:
    """A QLabel made or derived outside ui.widgets.text follows markup in others' words."""
    if file == "ui/widgets/text.py":
        return []
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            lines += [node.lineno] if last_name(node.func) == "QLabel" else []
        elif isinstance(node, ast.ClassDef):
            lines += [node.lineno] if "QLabel" in map(last_name, node.bases) else []
    return [f"{file}:{line}: QLabel: use a label of ui.widgets.text" for line in lines]


def rich_tool_tips(source: str, file: str) -> list[str]:
    """Tool tips follow markup: a literal of our own, or words made plain by ui.widgets.text.tip."""
    return [
        f"{file}:{node.lineno}: {last_name(node.func)}: a tool tip follows markup; wrap it in tip()"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and last_name(node.func) in {"setToolTip", "setStatusTip"}
        and not all(
            isinstance(argument, ast.Constant)
            or (isinstance(argument, ast.Call) and last_name(argument.func) == "tip")
            for argument in node.args
        )
    ]


def inline_styles(source: str, file: str) -> list[str]:
    """Style lives in resources/qss and ui.theme, not in the screens."""
    if file.startswith(("ui/theme", "ui/application", "ui/shell")):
        return []
    return [
        f"{file}:{line}: setStyleSheet: style lives in resources/qss"
        for line, dotted in used_names(ast.parse(source))
        if dotted.endswith(".setStyleSheet")
    ]


def rooms_too_full(source: str, file: str) -> list[str]:
    """A module that outgrew one noun."""
    lines = source.count("\n")
    if lines <= LONGEST_MODULE or "/migrations/" in file:
        return []
    return [f"{file}: {lines} lines; {LONGEST_MODULE} is the limit: which second noun moved in?"]


def waits_for_a_while(source: str, file: str) -> list[str]:
    """Fixed waits in a test; a drag that is made at a hand's pace may pause between its steps."""
    if is_allowed(file, MAY_POLL):
        return []
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "qtbot.wait"}:
            wait = node.args[0] if node.args else None
            pauses = ast.unparse(node.func) == "qtbot.wait"
            length = wait.value if isinstance(wait, ast.Constant) else None
            if not (pauses and isinstance(length, int) and length <= HAND_PACE):
                found.append(f"{file}:{node.lineno}: wait for a signal or a condition")
    return found


def names_that_say_nothing(file: str) -> list[str]:
    """A module or folder named for what it is not."""
    parts = {part.lower() for part in PurePosixPath(file).with_suffix("").parts}
    return [f"{file}: {part}: name it for its noun" for part in parts & NAMES_THAT_SAY_NOTHING]
