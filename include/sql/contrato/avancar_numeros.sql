-- Store how far the sequences went. They never go back.
UPDATE tiss.contrato
SET proximo_numero_guia = greatest(proximo_numero_guia, %(guia)s),
    proximo_numero_lote = greatest(proximo_numero_lote, %(lote)s)
WHERE id = %(contrato)s;
