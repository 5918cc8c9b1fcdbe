-- Recursos that contest a live guia and are not over: drafts, and what was approved. Params: guia.
SELECT DISTINCT recurso.id
FROM tiss.recurso
JOIN tiss.recurso_item AS item ON item.recurso_id = recurso.id
JOIN tiss.guia_tiss_envio AS envio ON envio.id = item.envio_id
WHERE envio.guia_id = %(guia)s AND recurso.status IN ('RASCUNHO', 'APROVADO')
ORDER BY recurso.id;
