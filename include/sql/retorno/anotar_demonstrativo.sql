-- A newer demonstrativo spoke about a sending; what was decided stays.
UPDATE tiss.guia_tiss_envio
SET demonstrativo_data = %(data)s,
    demonstrativo_numero = %(numero)s,
    demonstrativo_sha256 = %(sha256)s
WHERE id = %(envio)s;
