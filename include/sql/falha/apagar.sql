-- A step went well. Params: etapa, contrato (null: all).
DELETE FROM tiss.falha WHERE etapa = %(etapa)s AND contrato_id IS NOT DISTINCT FROM %(contrato)s::integer;
