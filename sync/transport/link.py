"""Carrying calls to the centre and telling its answers from everything else."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.faults import Fault, NotOurServer, Stopped, TimedOut
from sync.ports import BlobGetCall, BlobPutCall, BlobStatusCall, Call, Kept, PullCall, PushCall
from sync.protocol.messages import (
    Enrol,
    Enrolled,
    HandedIn,
    HandInAnswer,
    Heartbeat,
    Hello,
    PartTaken,
    Receipt,
    ReceiptAnswer,
    SignedIn,
    SignIn,
)
from sync.protocol.routes import (
    BLOB_STATUS,
    BUNDLE_PART,
    BUNDLES,
    ENROL,
    HAND_IN,
    HELLO,
    PULL,
    PUSH,
    RECEIPT,
    SIGN_IN,
)
from sync.protocol.versions import HEADER, MAX_BODY_BYTES, PROTOCOL
from sync.reading import read_answer
from sync.transport import blobs
from sync.transport.address import checked_address
from sync.transport.decode import inflated, strict_json
from sync.transport.trouble import fault_of_error, fault_of_status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from fieldapp.domain.exchange import Waiting
    from sync.transport.watched import Cutter

    Judge = Callable[[int, Mapping[str, str], bytes], object]
    """What the answer to a call is: from its status, headers and body."""

_WORTH_ZIPPING = 1400
"""Bytes of one network packet: less than this gains nothing."""
_CHUNK = 64 * 1024
_OK = 200


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds a call may take: to connect, to the next byte, and altogether.

    The whole grows with the request, so that a large one gets through a thin line.
    """

    connect: float = 5.0
    quiet: float = 15.0
    total: float = 60.0
    slowest: float = 4096.0
    """Bytes a second below which a line is no use."""

    def for_body(self, size: int) -> float:
        """Seconds for a call that sends ``size`` bytes."""
        return self.total + size / self.slowest


@dataclass(frozen=True, slots=True)
class Proof:
    """That the tablet which signs in holds its own key: its signature of what hello gave it."""

    device_key: str
    challenge: str
    signature: str


class HttpLink:
    """One tablet's line to its centre; calls come one at a time.

    Args:
        address: of the centre.
        app: version of this app.
        device_id: this tablet as the centre knows it; empty before the first sign-in.
        token: proof of sign-in; empty before the first sign-in.
        ca_file: certificates to trust instead of the usual ones (the force's own).
        deadlines: how long a call may take.

    Raises:
        UserError: the address cannot be used.
    """

    def __init__(
        self,
        address: str,
        *,
        app: str,
        device_id: str = "",
        token: str = "",
        ca_file: Path | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self.address = checked_address(address)
        self.device_id = device_id
        self.token = token
        self._app = app
        self._verify: bool | str = str(ca_file) if ca_file else True
        self._deadlines = deadlines or Deadlines()
        self._session: requests.Session | None = None
        self._cutter: Cutter | None = None
        self._stopped = False

    # -------------------------------------------------------------------- calls

    def answer(self, call: Call) -> object:
        """Carry any call of a round; see ``sync.ports.Link``."""
        if isinstance(call, PushCall):
            return self._call("POST", PUSH, self._push_body(call))
        if isinstance(call, PullCall):
            return self._call("POST", PULL, self._pull_body(call))
        if isinstance(call, BlobStatusCall):
            return self._call("POST", BLOB_STATUS, self._blob_status_body(call))
        if isinstance(call, BlobPutCall):
            return self._call(
                "PUT", blobs.put_route(call), call.data, more=blobs.put_headers(call.data)
            )
        return self._blob_part(call)

    def _blob_part(self, call: BlobGetCall) -> object:
        def judge(status: int, headers: Mapping[str, str], raw: bytes) -> object:
            return blobs.part_of(call, status, headers, raw)

        route, more = blobs.get_route(call), blobs.get_headers(call)
        return self._call("GET", route, b"", more=more, judge=judge)

    def hello(self) -> Hello:
        """Ask the centre who it is."""
        return read_answer(self._call("GET", HELLO, b""), Hello)

    def sign_in(
        self,
        force_no: str,
        password: str,
        *,
        device_name: str = "tablet",
        proof: Proof | None = None,
    ) -> SignedIn:
        """Introduce officer and tablet; later calls use the token that comes back.

        Raises:
            Fault: wrong password, too many tries, or no way to the centre.
        """
        ask = SignIn(
            proto=PROTOCOL,
            app=self._app,
            force_no=force_no,
            password=password,
            device_id=self.device_id or None,
            device_name=device_name,
            device_key=proof.device_key if proof else None,
            challenge=proof.challenge if proof else None,
            proof=proof.signature if proof else None,
        )
        # An older centre forbids the fields it does not know.
        body = ask.model_dump_json(exclude_none=True).encode()
        signed_in = read_answer(self._call("POST", SIGN_IN, body, signed=False), SignedIn)
        self.device_id = signed_in.device_id
        self.token = signed_in.token
        return signed_in

    def enrol(self, code: str, *, device_key: str, proof: str) -> Enrolled:
        """Make this tablet known; later calls use the id that comes back.

        Raises:
            Fault: the code is not good, or no way to the centre.
        """
        ask = Enrol(proto=PROTOCOL, app=self._app, code=code, device_key=device_key, proof=proof)
        body = ask.model_dump_json().encode()
        enrolled = read_answer(self._call("POST", ENROL, body, signed=False), Enrolled)
        self.device_id = enrolled.device_id
        return enrolled

    def give_receipt(
        self, directive_id: str, *, body: str, signature: str, escrow: str
    ) -> ReceiptAnswer:
        """Say what was done about an order.

        Raises:
            Fault: the centre did not take it.
        """
        told = Receipt(
            proto=PROTOCOL,
            app=self._app,
            directive_id=directive_id,
            body=body,
            signature=signature,
            escrow=escrow,
        )
        route = RECEIPT.format(device_id=self.device_id)
        text = told.model_dump_json().encode()
        return read_answer(self._call("POST", route, text, signed=False), ReceiptAnswer)

    # ------------------------------------------------- beside the rounds: handing in

    def hand_in(self, kept: Kept, waiting: Waiting) -> HandInAnswer:
        """Ask whether the centre has all of this; see ``sync.lanes.handing``."""
        body = {
            **self._envelope(waiting),
            "last_dseq": kept.last_dseq,
            "ops": kept.ops,
            "files": kept.files,
            "only_here": kept.only_here,
        }
        text = json.dumps(body, separators=(",", ":")).encode()
        route = HAND_IN.format(device_id=self.device_id)
        return read_answer(self._call("POST", route, text), HandInAnswer)

    def hand_in_list(self, data: bytes, *, is_complete: bool) -> HandedIn:
        """Hand in the list of a rescue copy; see ``sync.lanes.handing``."""
        route = f"{BUNDLES}?complete=1" if is_complete else BUNDLES
        return read_answer(self._call("POST", route, data, more=blobs.RAW), HandedIn)

    def hand_in_part(self, name: str, data: bytes) -> None:
        """Hand in a part of one; see ``sync.lanes.handing``."""
        route = BUNDLE_PART.format(name=name)
        read_answer(self._call("PUT", route, data, more=blobs.RAW), PartTaken)

    def stop(self) -> None:
        """End a call that is on its way, from another thread; this link makes no more calls."""
        self._stopped = True
        if self._cutter is not None:
            self._cutter.cut()

    def close(self) -> None:
        """Let go of the connection; the next call makes a new one."""
        if self._session is not None:
            self._session.close()
        if self._cutter is not None:
            self._cutter.prune(everything=True)

    # ------------------------------------------------------------------- bodies

    def _envelope(self, waiting: Waiting) -> dict[str, Any]:
        oldest = waiting.oldest_at.isoformat() if waiting.oldest_at else None
        return {
            "proto": PROTOCOL,
            "app": self._app,
            "device_id": self.device_id,
            "hb": Heartbeat(
                depth=waiting.operations,
                oldest_at=oldest,
                attachments=waiting.attachments,
                attachment_bytes=waiting.attachment_bytes,
            ).model_dump(exclude_defaults=True),
        }

    def _push_body(self, call: PushCall) -> bytes:
        envelope = {**self._envelope(call.waiting), "journal_floor": call.journal_floor}
        # The operations are frozen text: they go in as they are and are never written anew.
        head = json.dumps(envelope, separators=(",", ":"))[:-1]
        return f'{head},"ops":[{",".join(op.wire for op in call.ops)}]}}'.encode()

    def _pull_body(self, call: PullCall) -> bytes:
        cursor = {"epoch": call.position.epoch, "scopes": dict(call.position.scopes)}
        body = {**self._envelope(call.waiting), "cursor": cursor, "limit": call.limit}
        return json.dumps(body, separators=(",", ":")).encode()

    def _blob_status_body(self, call: BlobStatusCall) -> bytes:
        asked = [{"sha": sha, "size": size} for sha, size in call.asked]
        body = {**self._envelope(call.waiting), "shas": asked}
        return json.dumps(body, separators=(",", ":")).encode()

    # --------------------------------------------------------------------- HTTP

    def _opened(self) -> tuple[requests.Session, Cutter]:
        from sync.transport.watched import Cutter, watched_session

        if self._session is None or self._cutter is None:
            self._cutter = Cutter()
            self._session = watched_session(self._cutter)
        return self._session, self._cutter

    def _headers(self, body: bytes, *, signed: bool) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"fieldapp/{self._app}",
            HEADER: str(PROTOCOL),
        }
        if body:
            headers["Content-Type"] = "application/json"
        if signed and self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def _call(
        self,
        method: str,
        route: str,
        body: bytes,
        *,
        signed: bool = True,
        more: Mapping[str, str] | None = None,
        judge: Judge | None = None,
    ) -> object:
        headers = {**self._headers(body, signed=signed), **(more or {})}
        if len(body) > _WORTH_ZIPPING and headers["Content-Type"] == "application/json":
            body = gzip.compress(body, compresslevel=6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        session, cutter = self._opened()
        from sync.transport.watched import NETWORK_ERRORS, Deadline

        try:
            with Deadline(cutter, self._deadlines.for_body(len(body))) as deadline:
                try:
                    if self._stopped:
                        raise Stopped
                    status, kept, raw = self._exchange(session, method, route, body, headers)
                except (*NETWORK_ERRORS, Fault) as error:
                    raise self._explained(error, fired=deadline.fired) from error
            if deadline.fired:
                raise TimedOut("the deadline of the call")
            return (judge or self._judged)(status, kept, raw)
        except Fault:
            self.close()
            raise
        finally:
            cutter.prune()

    def _explained(self, error: Exception, *, fired: bool) -> Fault:
        if self._stopped:
            return Stopped()
        if fired:
            return TimedOut("the deadline of the call")
        return error if isinstance(error, Fault) else fault_of_error(error)

    def _exchange(
        self,
        session: requests.Session,
        method: str,
        route: str,
        body: bytes,
        headers: dict[str, str],
    ) -> tuple[int, Mapping[str, str], bytes]:
        response = session.request(
            method,
            self.address + route,
            data=body or None,
            headers=headers,
            timeout=(self._deadlines.connect, self._deadlines.quiet),
            allow_redirects=False,
            stream=True,
            verify=self._verify,
        )
        try:
            chunks = response.raw.stream(_CHUNK, decode_content=False)
            encoding = response.headers.get("Content-Encoding", "").strip().lower()
            raw = inflated(chunks, encoding=encoding, limit=MAX_BODY_BYTES)
        finally:
            response.close()
        return response.status_code, response.headers, raw

    def _judged(self, status: int, headers: Mapping[str, str], raw: bytes) -> object:
        if status != _OK:
            raise fault_of_status(status, headers, raw)
        if headers.get(HEADER) is None:
            raise NotOurServer("an answer without the centre's mark")
        decoded = strict_json(raw)
        if not isinstance(decoded, dict):
            raise NotOurServer("an answer of another shape")
        return decoded
