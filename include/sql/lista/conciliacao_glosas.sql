-- The codes that cost most, in guias of these months. Levels stand apart: one is not a part of another. motivos: how
-- many codes there are in all. Params: those of lista/conciliacao, limite.
SELECT
    soma.codigo,
    tiss.descricao_glosa(soma.codigo) AS descricao,
    soma.nivel,
    soma.glosas,
    soma.guias,
    soma.valor,
    soma.sem_valor,
    soma.motivos
FROM (
    SELECT
        glosa.codigo,
        glosa.nivel,
        sum(glosa.glosas)::bigint AS glosas,
        sum(glosa.guias)::bigint AS guias,
        sum(glosa.valor) AS valor,
        sum(glosa.sem_valor)::bigint AS sem_valor,
        count(*) OVER () AS motivos
    FROM tiss.conciliacao_soma_glosa AS glosa
    WHERE glosa.contrato_id = ANY (ARRAY(
            SELECT contrato.id
            FROM tiss.contrato
            WHERE contrato.ambiente = %(ambiente)s
              AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
        ))
      AND glosa.competencia BETWEEN %(de)s AND %(ate)s
    GROUP BY glosa.codigo, glosa.nivel
    ORDER BY valor DESC NULLS LAST, glosas DESC, glosa.codigo, glosa.nivel
    LIMIT %(limite)s
) AS soma
ORDER BY soma.valor DESC NULLS LAST, soma.glosas DESC, soma.codigo, soma.nivel;
