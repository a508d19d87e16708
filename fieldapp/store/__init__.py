"""The only SQL of the tablet: the encrypted store, its outbox, drafts, search index and audit."""

from fieldapp.store.store import Store
from fieldapp.store.transaction import Tx

__all__ = ["Store", "Tx"]
