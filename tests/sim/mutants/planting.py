"""Changing shipped code in memory, exactly where a bug is to be, and putting it back.

An edit names a function or a statement of SQL by its place and the text to be replaced in it. When
that text is not there exactly once, the edit no longer applies, and that is an error: a planted bug
that plants nothing would be counted as one that was not noticed, or worse, the other way round.
"""

from __future__ import annotations
import __future__

import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

_FLAGS = __future__.annotations.compiler_flag


class NoLongerAppliesError(Exception):
    """The code has changed under a planted bug: look at it again."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change.

    ``where`` is ``module:name`` or ``module:Class.name``; ``old`` is replaced by ``new``.
    """

    where: str
    old: str
    new: str

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The code is changed until the end.

        Raises:
            NoLongerAppliesError: ``old`` is not there once.
        """
        holder, name = self._place()
        found = inspect.getattr_static(holder, name, None)
        if isinstance(found, str):
            setattr(holder, name, self._changed(found))
            undo: Callable[[], None] = lambda: setattr(holder, name, found)  # noqa: E731
        else:
            function = _function(found, self.where)
            before = function.__code__
            function.__code__ = self._compiled(function)

            def undo() -> None:
                function.__code__ = before

        try:
            yield
        finally:
            undo()

    def _place(self) -> tuple[Any, str]:
        module_name, _, path = self.where.partition(":")
        holder: Any = importlib.import_module(module_name)
        *parents, name = path.split(".")
        for parent in parents:
            holder = getattr(holder, parent, None)
        return holder, name

    def _changed(self, text: str) -> str:
        if text.count(self.old) != 1:
            raise NoLongerAppliesError(f"{self.where}: {text.count(self.old)} times {self.old!r}")
        return text.replace(self.old, self.new)

    def _compiled(self, function: FunctionType) -> CodeType:
        source = self._changed(textwrap.dedent(inspect.getsource(function)))
        if function.__code__.co_freevars:
            raise NoLongerAppliesError(f"{self.where}: has a closure")
        compiled = compile(source, f"<planted in {self.where}>", "exec", _FLAGS, dont_inherit=True)
        return next(
            const
            for const in compiled.co_consts
            if isinstance(const, CodeType) and const.co_name == function.__name__
        )


def _function(found: object, where: str) -> FunctionType:
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    if isinstance(found, staticmethod | classmethod):
        found = found.__func__
    if isinstance(found, property):
        found = found.fget
    if not isinstance(found, FunctionType):
        raise NoLongerAppliesError(f"{where}: there is no such function")
    return found


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted bug.

    ``part`` is what it breaks, ``seeds`` how many histories may pass before one notices;
    ``instead`` plants what no edit of a function can.
    """

    name: str
    part: str
    edits: tuple[Edit, ...] = ()
    seeds: int = 300
    instead: Callable[[ExitStack], None] | None = None

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The bug is there until the end.

        Raises:
            NoLongerAppliesError: it cannot be planted any more.
        """
        with ExitStack() as stack:
            for edit in self.edits:
                stack.enter_context(edit.planted())
            if self.instead is not None:
                self.instead(stack)
            yield
