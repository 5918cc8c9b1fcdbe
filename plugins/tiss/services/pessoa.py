"""Who decides: every decision of a person is kept with a name."""

from __future__ import annotations

from tiss.errors import TransitionError


def nome_de(por: str, faz: str) -> str:
    """Return the name under which a decision is kept; faz: what that person does, in Portuguese.

    Raises TransitionError for an empty one.
    """
    if not por.strip():
        raise TransitionError(f"Informe quem {faz}: o nome fica registrado.")
    return por.strip()
