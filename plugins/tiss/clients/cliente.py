"""What every conversation with an operadora shares, whatever form its requests have."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from tiss.clients import transporte
from tiss.clients.credencial import Credencial
from tiss.clients.transporte import Apresentacao, Rota
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import Entrega
from tiss.messages.mensagem import Assinar


@dataclass(frozen=True, slots=True, kw_only=True)
class ClienteHttp:
    """Sends the messages of one contrato; knows nothing of lotes, states or retries.

    assinar: signs what leaves; None where the operadora does not want it.
    """

    canal: ClassVar[Canal]
    contrato: Contrato
    credencial: Credencial
    rota: Rota = field(repr=False)
    assinar: Assinar | None = field(default=None, repr=False)

    def com_token(self, valor: str) -> Self:
        """Return the same client, authorised by a token."""
        return replace(self, credencial=self.credencial.com_token(valor))

    def apresentar(self, operacao: Operacao, *, ate: float) -> Apresentacao | Entrega | None:
        """Return what the server of an operation shows; see `transporte.apresentar`."""
        url = self.contrato.url(operacao, self.canal)
        return transporte.apresentar(url, self.rota, ate=ate)

    def trocar(self, requisicao: Requisicao, *, ate: float) -> Entrega:
        """Send a request once; ate: when the attempt ends, by `transporte.agora`."""
        return transporte.trocar(requisicao, self.rota, ate=ate)
