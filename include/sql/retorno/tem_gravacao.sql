-- Whether this clinic takes results by function; if not, it reads tiss.resultado.
SELECT to_regprocedure('tiss.gravar_resultado(text, jsonb)') IS NOT NULL AS tem;
