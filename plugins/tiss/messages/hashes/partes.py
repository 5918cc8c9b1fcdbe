"""What the pieces of a message are and where they stand, as bits of a mask."""

from __future__ import annotations

# What a piece of text is, and where it stands: one bit each, so that a dialect is a mask.
VALOR, ATRIBUTO, COMENTARIO, ENTRE_TAGS = 1, 2, 4, 8
CORPO, CABECALHO, LOGIN, HASH, ASSINATURA, ENVELOPE = 16, 32, 64, 128, 256, 512
DO_PADRAO = VALOR | CORPO | CABECALHO | LOGIN
