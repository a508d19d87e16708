"""Invented days, venues and answers that the kit's pages are filled with."""

from __future__ import annotations

from datetime import date

from ui.widgets.choice import Choice

TODAY = date(2026, 11, 19)
AGES = (
    Choice("u11", "Under 11"),
    Choice("a11", "11 to 17"),
    Choice("a18", "18 to 25"),
    Choice("a26", "26 to 64"),
    Choice("a65", "65 and over"),
)
ISSUES = tuple(
    Choice(code, words)
    for code, words in (
        ("SPEED", "Speeding"),
        ("PARK", "Parking"),
        ("YOUTH", "Youth anti-social behaviour"),
        ("BIKES", "Off-road bikes"),
        ("DRUGS", "Drugs"),
        ("VEHICLE", "Vehicle crime"),
        ("BURGLARY", "Burglary"),
        ("SHOP", "Shop theft"),
        ("TIP", "Fly-tipping"),
        ("FRAUD", "Scams and fraud"),
    )
)
MORE = tuple(Choice(f"m{i}", f"Other issue {i}", "From the code list") for i in range(14))
WARDS = tuple(
    Choice(name.lower(), name, "Tamworth")
    for name in (
        "Amington",
        "Belgrave",
        "Bolehall",
        "Castle",
        "Glascote",
        "Mercian",
        "Spital",
        "Stonydelph",
        "Trinity",
        "Wilnecote",
    )
)
VENUES = (
    Choice("v1", "Rosewood Library", "Wilnecote"),
    Choice("v2", "Larkfield Community Centre", "Glascote"),
    Choice("v3", "Two Oaks Co-op", "Belgrave"),
    Choice("v4", "Market Hall", "Castle"),
)
NOTES = (
    "Four residents raised speeding on the main road at school run time. Two asked for a speed "
    "watch session. Purse bells given out."
)
