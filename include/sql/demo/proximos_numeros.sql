-- The first free numbers of consulta and paciente.
SELECT
    (SELECT coalesce(max(consulta.id), 0) + 1 FROM clinica.consulta) AS primeira_consulta,
    (SELECT coalesce(max(paciente.id), 0) + 1 FROM clinica.paciente) AS primeiro_paciente;
