-- After rows came with numbers of their own, what somebody adds by hand has to get the next ones.
SELECT
    setval(
        pg_get_serial_sequence('clinica.consulta', 'id'),
        (SELECT coalesce(max(consulta.id), 0) + 1 FROM clinica.consulta), false
    ),
    setval(
        pg_get_serial_sequence('clinica.paciente', 'id'),
        (SELECT coalesce(max(paciente.id), 0) + 1 FROM clinica.paciente), false
    );
