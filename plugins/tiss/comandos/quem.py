"""Who types a command: what a person decides is on record with a name."""

from __future__ import annotations

import argparse
import getpass


def por(opcoes: argparse.Namespace) -> str:
    """Return the name given by --por, else that of the user of the system.

    Empty where the system has none, as in some containers: the use case asks for one then.
    """
    if opcoes.por is not None:
        return str(opcoes.por)
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
