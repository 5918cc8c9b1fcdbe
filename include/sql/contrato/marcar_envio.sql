-- When the last send of this contrato began: the next one keeps the agreed distance.
UPDATE tiss.contrato SET ultimo_envio = clock_timestamp() WHERE id = %(contrato)s;
