"""``init``: makes a centre."""

from __future__ import annotations

import argparse


def init(arguments: argparse.Namespace) -> int:
    """Make an empty centre, or the demo force."""
    from server.services.founding import found

    centre = found(arguments.data_dir)
    try:
        if arguments.demo:
            from server.demo.loading import load_demo_force

            load_demo_force(centre)
    finally:
        centre.close()
    print(f"A centre is ready in {arguments.data_dir}.")
    return 0
