-- What was granted of each guia of a recurso, in all recursos about it. A refused guia of which something is granted
-- is authorised after all. In HOMOLOGACAO nothing is written to the clinic, nor of a guia that another one replaces.
-- Params: recurso.
WITH concedido AS (
    SELECT item.envio_id, sum(item.valor_acatado) AS valor
    FROM tiss.recurso_item AS item
    WHERE item.envio_id IN (
        SELECT dele.envio_id FROM tiss.recurso_item AS dele WHERE dele.recurso_id = %(recurso)s
    )
    GROUP BY item.envio_id
),

antes AS (
    SELECT envio.id, coalesce(envio.valor_recuperado, 0) AS valor
    FROM tiss.guia_tiss_envio AS envio
    WHERE envio.id IN (SELECT concedido.envio_id FROM concedido)
),

envio AS (
    UPDATE tiss.guia_tiss_envio
    SET valor_recuperado = concedido.valor,
        resultado = CASE
            WHEN guia_tiss_envio.resultado = 'NEGADA' AND concedido.valor > 0 THEN 'AUTORIZADA'
            ELSE guia_tiss_envio.resultado
        END
    FROM concedido
    WHERE guia_tiss_envio.id = concedido.envio_id
      AND guia_tiss_envio.valor_recuperado IS DISTINCT FROM concedido.valor
    RETURNING guia_tiss_envio.id, guia_tiss_envio.guia_id, concedido.valor
)

UPDATE tiss.guia
SET status = CASE
        WHEN guia.status = 'NEGADA' AND envio.valor > 0 THEN 'AUTORIZADA' ELSE guia.status
    END,
    glosa_parcial = guia.glosa_parcial OR (guia.status = 'NEGADA' AND envio.valor > 0),
    resultado_gravado = (guia.ambiente <> 'PRODUCAO')
FROM envio
JOIN antes ON antes.id = envio.id
WHERE guia.id = envio.guia_id
  AND guia.viva
  AND guia.status IN ('AUTORIZADA', 'NEGADA')
  AND envio.valor IS DISTINCT FROM antes.valor;
