-- The next free numbers. Safe to read under the lock of contrato/travar_montagem only.
SELECT proximo_numero_guia, proximo_numero_lote FROM tiss.contrato WHERE id = %(contrato)s;
