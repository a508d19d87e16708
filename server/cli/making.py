"""``init``: makes a centre."""

from __future__ import annotations

import argparse

from server.services.founding import discard, found


def init(arguments: argparse.Namespace) -> int:
    """Make an empty centre, or the demo force; what is cut short leaves nothing behind."""
    centre = found(arguments.data_dir, database=arguments.database)
    try:
        if arguments.demo:
            from server.demo.loading import load_demo_force

            with centre.db.without_waiting():
                load_demo_force(centre)
    except BaseException:
        centre.close()
        discard(arguments.data_dir)
        raise
    centre.close()
    print(f"A centre is ready in {arguments.data_dir}.")
    return 0
