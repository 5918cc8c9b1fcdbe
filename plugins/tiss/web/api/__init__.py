"""The REST API under /api/tiss."""

from tiss.web.api.aplicacao import aplicacao

__all__ = ["aplicacao"]
