"""What goes wrong, as a page in the words of the person who looks at it."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from tiss.web.problemas import Problema
from tiss.web.telas.pagina import moldes


def em_pagina(request: Request, problema: Problema) -> HTMLResponse:
    """Return the page of a problem. It names nobody: who asks may not even be known."""
    molde = moldes().get_template("erro.html")
    corpo = molde.render(
        problema=problema,
        raiz=request.scope.get("root_path", ""),
        # What was only looked at may be looked at again.
        repetir=request.method == "GET" and problema.status >= 500,
    )
    return HTMLResponse(corpo, status_code=problema.status)
