-- How many attendances the clinic has.
SELECT count(*) FROM clinica.consulta;
