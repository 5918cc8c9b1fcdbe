-- What a person decided about a recurso, or that the operadora answered it. Params: recurso, status, por (null: as
-- it was).
UPDATE tiss.recurso
SET status = %(status)s,
    decidido_por = coalesce(%(por)s, decidido_por),
    decidido_em = CASE WHEN %(por)s::text IS NULL THEN decidido_em ELSE now() END,
    respondido_em = CASE WHEN %(status)s = 'RESPONDIDO' THEN now() ELSE respondido_em END
WHERE id = %(recurso)s;
