-- Claim a lote for one attempt. No row: somebody else has it, or it is not waiting any more.
-- Params: lote, dono, segundos (how long the attempt may last at most).
UPDATE tiss.lote
SET status = 'ENVIANDO',
    tentativa = tentativa + 1,
    dono = %(dono)s,
    prazo = clock_timestamp() + make_interval(secs => %(segundos)s)
WHERE id = %(lote)s AND status = 'PENDENTE'
RETURNING tentativa;
