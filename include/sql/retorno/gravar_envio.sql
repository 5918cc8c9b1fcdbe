-- What a demonstrativo decided about one sending, with the demonstrativo it came from.
UPDATE tiss.guia_tiss_envio
SET situacao_guia = %(situacao)s,
    resultado = %(resultado)s,
    valor_informado = %(valor_informado)s,
    valor_processado = %(valor_processado)s,
    valor_liberado = %(valor_liberado)s,
    valor_glosado = %(valor_glosado)s,
    demonstrativo_data = %(data)s,
    demonstrativo_numero = %(numero)s,
    demonstrativo_sha256 = %(sha256)s
WHERE id = %(envio)s;
