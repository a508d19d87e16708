"""One history: officers, tablets, a centre and everything that can go wrong, from one seed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from fieldapp.domain.errors import SituationError
from fieldapp.store.errors import StoreError
from server.services.accounts import close_account, publish_officer
from server.services.devices import set_state
from server.services.own_hand import begin, end
from server.services.upkeep import keep_up
from sync import faults as line
from tests.sim.acts import Acts
from tests.sim.air import Air, Message
from tests.sim.cast import ALWAYS, BEATS, TABLETS
from tests.sim.checks import Checks
from tests.sim.faults import Crash, Faults, Planned, Rates
from tests.sim.ground import SPARE, ground, sign_in
from tests.sim.link import Reply, WireLink
from tests.sim.tablet_side import SimTablet, Under
from tests.sim.violation import Violation, need

STEPS = 110
CALM_ROUNDS = 12
"""So many rounds on a good line, with nothing new written, empty every tablet."""
_MOST_DELIVERIES = 4000
_ROUNDS_BESIDE = 6
"""So many rounds get everything else past what cannot pass."""
_FOR_A_PERSON = ("not_signed_in", "device_clone", "device_mismatch", "device_revoked")
"""Faults after which the tablet waits for its officer to sign in."""

Watch = Callable[[str], None]


class World:
    """Everything of one history.

    Args:
        seed: decides all of it.
        steps: how long trouble lasts.
        planned: one fault at one point instead of faults by chance.
        watch: told every event, for looking at a failure.
    """

    def __init__(
        self,
        seed: int,
        *,
        steps: int = STEPS,
        planned: Planned | None = None,
        sweep: bool = False,
        watch: Watch | None = None,
    ) -> None:
        self.chance = Random(seed)
        rates = Rates.drawn(self.chance)
        if sweep:
            rates = Rates(strange=rates.strange)
        nothing = Planned("nothing", 0)
        self.faults = Faults(self.chance, rates, planned or (nothing if sweep else None))
        self.steps = steps
        self.book = ground().book.again()
        self.air = Air()
        self.seen: Counter[str] = Counter()
        self._watch = watch
        self._hash = hashlib.sha256()
        self._number = 0
        self._spares = list(SPARE)
        self._set_up()
        self.acts = Acts(self.chance, self.book, self.faults)
        self.checks = Checks(self.centre, self.tablets, self.book)
        self.backup = self.centre.back_up()
        self._arm()

    def _set_up(self) -> None:
        self._ground = ground()
        self.clock = self._ground.clock
        self.clock.passed, self.clock.off = 0.0, timedelta()
        self.centre = self._ground.centre
        self.centre.db.points.faults = None
        self.centre.begin(self._ground.centre_image, Random(self.chance.random()))
        others = [name for name in TABLETS if name not in ALWAYS]
        names = [*ALWAYS, *self.chance.sample(others, self.chance.randint(1, 2))]
        self.tablets = {name: self._ground.tablets[name] for name in names}
        for name, tablet in self.tablets.items():
            image, credentials = self._ground.images[name], self._ground.credentials[name]
            tablet.begin(image, credentials, Random(self.chance.random()))
            tablet.engine._page = tablet.engine._batch = self.chance.choice([1, 2, 4, 50])

    def _arm(self) -> None:
        self.centre.db.points.faults = self.faults
        for tablet in self.tablets.values():
            tablet.arm(self.faults)

    # -------------------------------------------------------------------- the story

    def tell(self, *what: object) -> None:
        """One event of the history."""
        text = " ".join(str(part) for part in what)
        self._hash.update(text.encode() + b"\n")
        if self._watch is not None:
            self._watch(text)

    @property
    def trace(self) -> str:
        """What tells two histories apart."""
        return self._hash.hexdigest()

    def run(self) -> str:
        """Trouble, then calm, then every promise is checked; the trace.

        Raises:
            Violation: one was not kept.
        """
        for _ in range(self.steps):
            self.step()
        return self.finish()

    def finish(self) -> str:
        """Calm, then every promise is checked; the trace.

        Raises:
            Violation: one was not kept.
        """
        self.heal()
        self.checks.at_the_end()
        self._count()
        self.tell("end", self.checks.digest())
        return self.trace

    def step(self) -> None:
        """Something happens somewhere."""
        self._time_passes()
        dice = self.chance.random()
        if dice < 0.36:
            self.act(self._any_tablet())
        elif dice < 0.52:
            self.start_round(self._any_tablet())
        elif dice < 0.86:
            if self.air.messages:
                self.deliver()
        else:
            self._mishap()

    def _any_tablet(self) -> SimTablet:
        return self.tablets[self.chance.choice(sorted(self.tablets))]

    def _time_passes(self) -> None:
        self.pass_on(self.chance.choice([0.0, 1.0, 4.0, 30.0]))

    def pass_on(self, seconds: float) -> None:
        """Time goes by for everybody."""
        for clock in (self.clock, *(tablet.clock for tablet in self.tablets.values())):
            clock.pass_on(seconds)

    # ---------------------------------------------------------------------- officers

    def act(self, tablet: SimTablet) -> None:
        """The officer of a tablet does something."""
        before = tablet.operations()
        try:
            what = self.acts.something(tablet)
        except SituationError as error:
            what = f"not saved: {error.code}"
            self.seen["not saved and said so"] += 1
        except Crash as crash:
            what = str(crash)
            self._restart(tablet)
        after = tablet.operations()
        self.book.note(tablet.name, before, after)
        self.tell(tablet.name, what, len(after))

    def _restart(self, tablet: SimTablet) -> None:
        if self.chance.random() < 0.1:
            tablet.start_cold()
            self.seen["cold starts"] += 1
        else:
            tablet.start()
        self.book.log("info", tablet=tablet.name, what="crashed")

    # ------------------------------------------------------------------------ rounds

    def start_round(self, tablet: SimTablet) -> None:
        """A timer, a save or an officer wakes the engine; a round under way goes on."""
        if tablet.under is not None or tablet.signed_out:
            return
        is_cheap = self.faults.healed or self.chance.random() < 0.6  # photos wait for such a line
        a_round = tablet.engine.round(photos=is_cheap)
        try:
            if self.chance.random() < 0.3:
                tablet.port.retry_aside()
            call = next(a_round)
        except StopIteration:
            self.tell(tablet.name, "nothing to do")
        except StoreError as error:
            self.tell(tablet.name, "round", error.code)
        except Crash:
            self._restart(tablet)
        else:
            self._number += 1
            tablet.under = Under(a_round, call, self._number)
            self._leave(tablet)

    def _leave(self, tablet: SimTablet) -> None:
        assert tablet.under is not None
        asked = tablet.link.ask(tablet.under.call)
        self.air.send(Message(tablet.name, tablet.under.number, asked))
        self.tell(tablet.name, "asks", asked.route, tablet.under.number)

    def hear(self, tablet: SimTablet, reply: Reply | line.Fault) -> None:
        """An answer, or what came in its place, reaches the round that waits for it."""
        under = tablet.under
        assert under is not None
        try:
            if isinstance(reply, line.Fault):
                call = under.round.throw(reply)
            else:
                try:
                    answer = tablet.link.hear(under.call, reply)
                except line.Fault as fault:
                    call = under.round.throw(fault)
                else:
                    call = under.round.send(answer)
        except StopIteration as done:
            tablet.under = None
            self.seen["rounds through"] += done.value.trouble is None
            self.tell(tablet.name, "round done", done.value.pushed, done.value.pulled)
            self.checks.after_round(tablet, through=done.value.trouble is None)
        except (line.Fault, StoreError) as error:
            tablet.under = None
            tablet.signed_out = getattr(error, "code", "") in _FOR_A_PERSON
            self.tell(tablet.name, "round ends", getattr(error, "code", ""))
        except Crash:
            self._restart(tablet)
            self.tell(tablet.name, "crashed")
        else:
            self._number += 1
            tablet.under = replace(under, call=call, number=self._number)
            self.checks.reads_its_writes(tablet)
            self._leave(tablet)

    # --------------------------------------------------------------------------- air

    def deliver(self) -> None:
        """One message arrives, or does not."""
        message = self.air.next(self.chance)
        if self.faults.drops():
            self._lost(message)
        elif message.reply is None:
            self._arrives(message)
        else:
            self._answers(message)

    def lose(self) -> None:
        """One message is lost."""
        self._lost(self.air.next(self.chance))

    def repeat(self) -> None:
        """One request that is on its way will arrive twice."""
        message = self.air.next(self.chance)
        self.air.send(message)
        if message.reply is None and not message.twin:
            self.air.copy_of(message)

    def _lost(self, message: Message) -> None:
        self.tell("lost", message.tablet, message.number)
        tablet = self.tablets[message.tablet]
        if self._waits_for(message) and not message.twin:
            self.hear(tablet, line.Offline() if self.chance.random() < 0.7 else line.TimedOut())

    def _waits_for(self, message: Message) -> bool:
        under = self.tablets[message.tablet].under
        return under is not None and under.number == message.number

    def _arrives(self, message: Message) -> None:
        if not message.twin and self.faults.duplicates():
            self.air.copy_of(message)
        message = self._spoilt(message)
        reply = self.air.stands_in_the_way(message, self.chance)
        if reply is None:
            reply = self.serve(message)
        if message.twin:
            return
        if reply is None:
            self._lost(message)
        else:
            self.air.send(replace(message, reply=reply))

    def _spoilt(self, message: Message) -> Message:
        """Pieces of a photo may arrive altered."""
        asked = message.asked
        if asked.method != "PUT" or not self.faults.happens("corrupt"):
            return message
        return replace(message, asked=replace(asked, body=asked.body[:-1] + b"?"))

    def serve(self, message: Message) -> Reply | None:
        """The centre carries a request out; what it did is looked at before anybody hears of it."""
        reply = self.centre.serve(message.asked)
        status = "died" if reply is None else reply.status
        self.tell("centre", message.asked.route, message.tablet, status)
        self.checks.after_request(message.tablet, message.asked, reply)
        return reply

    def _answers(self, message: Message) -> None:
        reply = message.reply
        assert reply is not None
        if not self._waits_for(message):
            self.seen["late answers"] += 1
            self.tell("late", message.tablet, message.number)
            return
        if self.faults.happens("spoil"):
            reply = replace(reply, raw=reply.raw[: self.chance.randrange(len(reply.raw) or 1)])
        self.hear(self.tablets[message.tablet], reply)

    # ----------------------------------------------------------------------- mishaps

    def _mishap(self) -> None:
        name = self.chance.choice(_MISHAPS)
        getattr(self, name)()

    def _time_out(self) -> None:
        waiting = [one for one in self.tablets.values() if one.under is not None]
        if waiting and self.chance.random() < self.faults.rates.time_out * 5:
            tablet = self.chance.choice(waiting)
            self.seen["timed out"] += 1
            self.tell(tablet.name, "gives up")
            self.hear(tablet, line.TimedOut())

    def _portal(self) -> None:
        if self.faults.happens("portal") or self.air.portals:
            self.air.portals ^= {self._any_tablet().name}

    def _picky(self) -> None:
        if self.faults.happens("picky"):
            ids = sorted(self.book.saved)
            self.air.picky |= {self.chance.choice(ids)} if ids else set()

    def _expired(self) -> None:
        tablet = self._any_tablet()
        if self.faults.happens("expired"):
            self._by_operator(lambda: self.centre.end_sign_ins(tablet.credentials.device_id))

    def _signs_in(self) -> None:
        for name in sorted(self.tablets):
            if self.tablets[name].signed_out:
                self.sign_in(self.tablets[name])

    def sign_in(self, tablet: SimTablet) -> None:
        """The officer signs in again, as an officer whose tablet asks for it does."""
        link = WireLink(device_id=tablet.credentials.device_id)
        try:
            credentials = sign_in(self.centre, tablet.force_no, link)
        except line.Fault as fault:
            self.tell(tablet.name, "sign-in", fault.code)
            return
        self.seen["signed in again"] += 1
        before = tablet.credentials
        tablet.sign_in(credentials)
        self.seen["new number after a clone"] += before.device_id != credentials.device_id
        self.tell(tablet.name, "signed in")

    def _clock(self) -> None:
        if not self.faults.happens("clock"):
            return
        hours = self.chance.choice([-48.0, -1.0, -0.01, 0.0, 0.01, 2.0, 72.0])
        clock = self.chance.choice([self._any_tablet().clock, self._any_tablet().clock, self.clock])
        clock.set_off(timedelta(hours=hours))

    def _by_operator(self, do: Callable[[], object]) -> None:
        try:
            do()
        except Crash:
            self.centre.restart()
        except Exception as error:
            if "full" not in str(error):
                raise

    def _move(self) -> None:
        if self.faults.happens("move"):
            number = self.chance.choice(["priya", "callum", "tom", "lena"])
            lpt = self.chance.choice(sorted(BEATS))
            self._by_operator(lambda: self.move(number, lpt))

    def move(self, number: str, lpt: str) -> None:
        """An officer is posted to a team."""
        with self.centre.db.write() as connection:
            writing = begin(self.centre.centre, connection)
            connection.exec_driver_sql(
                "UPDATE officer SET lpt_code = ? WHERE force_no = ?", (lpt, number)
            )
            writing.load([f"of-{number}"])
            publish_officer(writing, f"of-{number}")
            end(writing, "officer_moved", f"of-{number}")
        self.tell("moved", number, lpt)

    def _close(self) -> None:
        if self.faults.happens("close"):
            number = self.chance.choice(["callum", "noah"])
            self._by_operator(lambda: close_account(self.centre.centre, number))

    def back_up(self) -> None:
        """A good backup is made, and tablets will hear of it."""

        def do() -> None:
            self.backup = self.centre.back_up()

        self._by_operator(do)

    def _restore(self) -> None:
        if self.chance.random() < self.faults.rates.restore and not self.faults.healed:
            self.restore()

    def restore(self) -> None:
        """The centre is put back to its last backup, under a new name of history."""
        self.centre.db.points.faults = None
        self.centre.restore(self.backup)
        self.centre.db.points.faults = self.faults
        self.seen["restored"] += 1
        self.book.log("info", what="restored")
        self.tell("restored")

    def _drain_tablet(self) -> None:
        """A tablet is to be handed in: it sends, and receives nothing more."""
        if self.faults.happens("drain"):
            self._set_state(self._any_tablet(), "draining")

    def _set_state(self, tablet: SimTablet, state: str) -> None:
        device_id = tablet.credentials.device_id
        known = self.centre.rows("SELECT 1 FROM device WHERE device_id = ?", device_id)
        if known:
            self._by_operator(lambda: set_state(self.centre.centre, device_id, state))

    def _rot(self) -> None:
        """Something on a tablet's disk is no longer what was written there."""
        if self.faults.happens("rot"):
            tablet = self._any_tablet()
            self.tell(tablet.name, "rots", tablet.rot(self.chance))

    def _weeks_pass(self) -> None:
        # Once: after 90 days what belongs to others leaves tablets, which the checks do not reckon.
        if not self.faults.struck["weeks"] and self.faults.happens("weeks"):
            self.pass_on(40 * 86_400.0)

    def _upkeep(self) -> None:
        self._by_operator(lambda: keep_up(self.centre.centre))

    def _app_dies(self) -> None:
        if self.faults.rates.tablet_crash and self.chance.random() < 0.3:
            self.kill(self._any_tablet())

    def kill(self, tablet: SimTablet) -> None:
        """The app dies between two commits."""
        self._restart(tablet)
        self.tell(tablet.name, "killed")

    def _clone(self) -> None:
        if self._spares and self.faults.happens("clone"):
            source = self._any_tablet()
            self.clone(source)

    def clone(self, source: SimTablet) -> None:
        """An image of a tablet is put onto another one, and both go on."""
        name = self._spares.pop()
        twin = self._ground.tablets[name]
        image = source.store.image()
        twin.force_no = source.force_no
        twin.begin(image, source.credentials, Random(self.chance.random()))
        image.close()
        twin.clock.passed, twin.clock.off = source.clock.passed, source.clock.off
        twin.arm(self.faults)
        self.tablets[name] = twin
        self.checks.cloned(source, twin)
        self.book.cloned(name, twin.operations())
        self.tell("cloned", source.name)

    # --------------------------------------------------------------------------- calm

    def heal(self) -> None:
        """A good line and nothing new: every tablet must come to rest by itself.

        Raises:
            Violation: one does not.
        """
        self.faults.healed = True
        self.air.portals.clear()
        for tablet in self.tablets.values():
            self._set_state(tablet, "active")
        if self.air.picky:
            self._others_go_on()
        for number in range(CALM_ROUNDS):
            self._calm_round()
            if all(self.checks.at_rest(one) for one in self.tablets.values()):
                self.tell("at rest after", number + 1)
                break
        for tablet in self.tablets.values():
            need(self.checks.at_rest(tablet), "I10 does not come to rest", tablet.name)
        self._calm_round()

    def _others_go_on(self) -> None:
        """I9: what a gateway never lets through keeps nothing else waiting."""
        for _ in range(_ROUNDS_BESIDE):
            self._calm_round()
        for tablet in self.tablets.values():
            kept = self.checks.kept_waiting(tablet, self.air.picky)
            need(not kept, "I9 kept waiting by another", tablet.name, *sorted(kept))
        self.air.picky.clear()

    def _calm_round(self) -> None:
        self.pass_on(7 * 3600.0)
        self._drain()
        for name in sorted(self.tablets):
            tablet = self.tablets[name]
            if tablet.under is not None:
                self.hear(tablet, line.TimedOut())
            if tablet.signed_out:
                self.sign_in(tablet)
            self.start_round(tablet)
            self._drain()

    def _drain(self) -> None:
        """Everything on its way arrives."""
        for _ in range(_MOST_DELIVERIES):
            if not self.air.messages:
                return
            self.deliver()
        raise Violation("I10 never stops asking")

    def _count(self) -> None:
        self.seen.update(self.faults.struck)
        self.seen.update(self.checks.seen)
        self.seen["operations"] += len(self.book.saved)


_MISHAPS = (
    "_time_out",
    "_time_out",
    "_portal",
    "_picky",
    "_expired",
    "_signs_in",
    "_signs_in",
    "_clock",
    "_move",
    "_close",
    "_restore",
    "_upkeep",
    "_app_dies",
    "_clone",
    "_drain_tablet",
    "_rot",
    "back_up",
    "_weeks_pass",
)
