-- Go past the numbers that may have been used after a backup was made. Params: avanco.
UPDATE tiss.contrato
SET proximo_numero_lote = least(proximo_numero_lote + %(avanco)s, 999999999999),
    proximo_numero_guia = proximo_numero_guia + %(avanco)s;
