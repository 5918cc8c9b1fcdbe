-- Claim a lote for one request to cancel. Params: lote, dono, segundos (how long it may last).
UPDATE tiss.lote
SET status = 'CANCELANDO',
    dono = %(dono)s,
    prazo = clock_timestamp() + make_interval(secs => %(segundos)s)
WHERE id = %(lote)s AND status IN ('ENVIADO', 'EM_DUVIDA');
