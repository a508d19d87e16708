from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import resources
from fieldapp.domain.bodies import Counts, EngagementBody, OfficerBody, Participant, Venue
from fieldapp.domain.rules.meetings import section_34
from fieldapp.domain.rules.submit import SubmitContext, problems_for_submit
from resources import engagement_types as types_module

NOW = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)


@pytest.fixture
def repair_cafe(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The code list with one more item, as an analyst would add it, and nothing else changed."""
    shipped = resources.read_text

    def read_text(path: str) -> str:
        text = shipped(path)
        if path != "lists/engagement_type.json":
            return text
        document = json.loads(text)
        new = {**document["items"][0], "code": "REPAIR_CAFE", "label": "Repair cafe"}
        new |= {"short_label": "Repair cafe", "counts": ["adults"], "default_minutes": 45}
        document["items"].append(new)
        return json.dumps(document)

    monkeypatch.setattr(resources, "read_text", read_text)
    resources.code_list.cache_clear()
    types_module.engagement_types.cache_clear()
    yield
    monkeypatch.undo()
    resources.code_list.cache_clear()
    types_module.engagement_types.cache_clear()


@pytest.mark.usefixtures("repair_cafe")
def test_a_new_engagement_type_is_one_item_of_data() -> None:
    kind = types_module.engagement_type("REPAIR_CAFE")
    assert kind.title_for(place="Larkspur") == "Repair cafe, Larkspur"
    assert kind.counts == ("adults",)
    body = EngagementBody(
        engagement_type="REPAIR_CAFE",
        lpt_code="TA",
        neighbourhood_id="E05007070",
        venue=Venue(name="Larkspur Shopping Precinct"),
        started_at=NOW - timedelta(hours=2),
        ended_at=NOW - timedelta(hours=1),
        in_person=True,
        open_to_public=True,
        counts=Counts(adults=5),
        participants=[Participant(officer_id="pc", role_at_time="PC")],
        discloses_crime=False,
        safeguarding_concern=False,
    )
    assert problems_for_submit(body, SubmitContext(now=NOW)) == ()
    officer = OfficerBody(
        force_no="1", name="A", role="PC", lpt_code="TA", neighbourhoods=["E05007070"]
    )
    assert section_34(body, {"pc": officer}).strict
