"""Adding an engagement type touches data only: no code knows one by its code."""

from __future__ import annotations

import ast

from resources import code_list, code_list_names
from tests.architecture import house

# The demo force is data in the form of a program: who met whom, where. The meetings table proposes
# a public meeting where one is due; the officer may choose another kind.
MAY_NAME_TYPES = ("server/demo/*", "fieldapp/services/meetings.py")


def codes_of_this_list_alone() -> frozenset[str]:
    """Engagement types whose code no other list uses (OTHER, for one, is in many)."""
    others = {
        code for name in code_list_names() - {"engagement_type"} for code in code_list(name).codes
    }
    return code_list("engagement_type").codes - others


def named_types(source: str, file: str) -> list[str]:
    codes = codes_of_this_list_alone()
    return [
        f"{file}:{node.lineno}: {node.value}: ask the type's data instead"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and node.value in codes
    ]


def test_no_code_of_the_product_names_an_engagement_type() -> None:
    assert len(codes_of_this_list_alone()) > 25
    named = [
        words
        for path in house.modules(*house.ROOMS)
        if not house.is_allowed(house.name_of(path), MAY_NAME_TYPES)
        for words in named_types(path.read_text(encoding="utf-8"), house.name_of(path))
    ]
    assert not named, "\n".join(named)


def test_a_named_type_is_found() -> None:
    assert named_types('if kind == "DROP_IN":\n    pass\n', "ui/views/today.py")
