"""The protocolo that a person, or a payment, tells of a lote."""

from __future__ import annotations

import structlog

from tiss.errors import TransitionError
from tiss.repository import Repositorio, Transacao, lotes, retornos
from tiss.repository.lotes import PROTOCOLO_MAXIMO, LoteTravado
from tiss.services.pessoa import nome_de

log = structlog.get_logger(__name__)


def protocolo_de(t: Transacao, lote: LoteTravado, informado: str) -> str:
    """Return the protocolo as it is kept. Raises TransitionError when it is none, or another's.

    Whoever copies it from a portal may have taken that of the next line: of any lote that the
    operadora has, also of another prestador.
    """
    numero = informado.strip()
    if not 1 <= len(numero) <= PROTOCOLO_MAXIMO:
        raise TransitionError(f"O número do protocolo tem de 1 a {PROTOCOLO_MAXIMO} caracteres.")
    outro = lotes.dono_do_protocolo(t, lote, numero, de_todos=True)
    if outro is not None:
        raise TransitionError(
            f"O protocolo {numero} já é do lote de número {outro.numero_lote}, de "
            f"{outro.prestador}. Confira no portal o deste lote."
        )
    return numero


def corrigir(repo: Repositorio, lote_id: int, informado: str, *, por: str) -> tuple[str, str]:
    """Follow a lote by another protocolo than a person wrote; return the old one and the new one.

    Raises TransitionError when the operadora itself gave the old one, or answered about the lote.
    """
    nome = nome_de(por, "corrige")
    with repo.transacao() as t:
        lote = lotes.travar(t, lote_id)
        if lote.protocolo is None or not lotes.protocolo_corrigivel(t, lote_id):
            raise TransitionError(
                f"O protocolo do lote {lote_id} não se corrige aqui: só se corrige o que uma "
                "pessoa informou, enquanto a operadora nada respondeu sobre o lote."
            )
        numero = protocolo_de(t, lote, informado)
        motivo = f"protocolo {lote.protocolo} corrigido para {numero} por {nome}"
        lotes.corrigir_protocolo(t, lote_id, protocolo=numero, motivo=motivo)
        retornos.fechar_divergencias(t, ["PROTOCOLO_NAO_LOCALIZADO"], por=nome, lote_id=lote_id)
    log.info("protocolo corrigido", lote=lote_id, por=nome)
    return lote.protocolo, numero
