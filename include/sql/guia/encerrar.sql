-- A person ends a guia. viva: true keeps its consulta from being billed, false lets it be billed again.
UPDATE tiss.guia
SET status = CASE WHEN %(viva)s THEN 'CANCELADA' ELSE status END,
    viva = %(viva)s,
    encerrada_por = %(por)s,
    encerrada_motivo = %(motivo)s
WHERE id = %(guia)s;
