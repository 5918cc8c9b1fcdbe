"""What of the bytes of a file a digest of the file is made of."""

from __future__ import annotations

from tiss.messages.hashes.posicoes import Marcas, Trecho, nome_da_tag


def recortar(
    dados: bytes, marcas: Marcas | None, recorte: str, *, so_elemento: bool
) -> bytes | None:
    """Return the bytes that a digest of the file is made of; None where the cut has no place."""
    if recorte == "INTEIRO" and not so_elemento:
        return dados
    if marcas is None:
        return None
    inicio, fim = (marcas.raiz.inicio, marcas.raiz.fim) if so_elemento else (0, len(dados))
    if recorte == "INTEIRO":
        return dados[inicio:fim]
    if marcas.hash is None:
        return None
    trecho: Trecho | None = marcas.hash
    aberta = marcas.hash.tag.rstrip("/> ")
    novo = ""
    if recorte == "COM_HASH_VAZIO":
        novo = f"{aberta}></{nome_da_tag(marcas.hash.tag)}>"
    elif recorte == "COM_HASH_FECHADO":
        novo = f"{aberta}/>"
    elif recorte == "SEM_EPILOGO":
        trecho = marcas.epilogo
    if trecho is None:
        return None
    return dados[inicio : trecho.inicio] + novo.encode(marcas.codec) + dados[trecho.fim : fim]
