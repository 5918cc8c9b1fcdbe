-- The verdict on a guia. In HOMOLOGACAO it is a rehearsal: nothing is written to the clinic.
UPDATE tiss.guia
SET status = %(status)s,
    valor_processado = %(valor_processado)s,
    valor_liberado = %(valor_liberado)s,
    valor_glosado = %(valor_glosado)s,
    glosa_parcial = %(glosa_parcial)s,
    resultado_gravado = (ambiente <> 'PRODUCAO')
WHERE id = %(guia)s;
