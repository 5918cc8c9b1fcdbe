-- The planner has to know that the clinic is not empty any more.
ANALYZE
    clinica.paciente, clinica.consulta, clinica.consulta_item, clinica.consulta_equipe,
    clinica.consulta_despesa, clinica.internacao, clinica.autorizacao;
