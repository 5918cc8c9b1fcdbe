-- A person says that these were not billed. Params: consultas (text[], null = all).
DELETE FROM tiss.retida
WHERE %(consultas)s::text[] IS NULL OR consulta_id = ANY (%(consultas)s);
