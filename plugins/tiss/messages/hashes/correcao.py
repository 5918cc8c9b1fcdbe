"""Puts the hash of the standard into a message, and changes nothing else."""

from __future__ import annotations

from tiss.errors import UnreadableError
from tiss.messages.hashes.calculo import padrao
from tiss.messages.hashes.leitura import ler
from tiss.messages.hashes.partes import DO_PADRAO
from tiss.messages.hashes.posicoes import Trecho, localizar, nome_da_tag
from tiss.settings import ENCODING


def corrigir_hash(mensagem: bytes) -> bytes:
    """Return the message with the hash of the standard; no other byte differs.

    A message whose hash is right comes back as it is. Raises UnreadableError when there is no hash
    element to fill, or no hash by the standard for what the message holds.
    """
    leitura = ler(mensagem)
    calculado, estranhas = padrao(leitura.texto(DO_PADRAO))
    if calculado is None:
        raise UnreadableError(
            f"não há hash pelo padrão: troque o que não cabe em {ENCODING}: {estranhas}"
        )
    if leitura.informado is None:
        raise UnreadableError(
            "a mensagem não tem o elemento hash: inclua-o vazio (no epilogo da mensagemTISS, ou no "
            "fim da raiz de web service) e repita"
        )
    if leitura.informado.lower() == calculado:
        return mensagem
    marcas = localizar(mensagem)
    corrigida = mensagem
    if marcas is not None and marcas.hash is not None:
        corrigida = _trocar_hash(mensagem, marcas.hash, calculado, marcas.codec)
    if ler(corrigida).informado != calculado:
        raise UnreadableError("não foi possível trocar o hash sem mudar o resto do arquivo")
    return corrigida


def _trocar_hash(mensagem: bytes, elemento: Trecho, valor: str, codec: str) -> bytes:
    inicio, fim = elemento.dentro, elemento.fora
    if elemento.fechado:
        inicio, fim = elemento.inicio, elemento.fim
        valor = f"{elemento.tag[:-2].rstrip()}>{valor}</{nome_da_tag(elemento.tag)}>"
    return mensagem[:inicio] + valor.encode(codec) + mensagem[fim:]
