-- What came back, or what interrupted it. Once: a second write of the same troca changes nothing.
UPDATE tiss.troca
SET fim = clock_timestamp(),
    http_status = %(http_status)s,
    ultimo_bloco_saiu = %(ultimo_bloco_saiu)s,
    falha = %(falha)s,
    resposta = %(resposta)s
WHERE id = %(troca)s AND fim IS NULL;
