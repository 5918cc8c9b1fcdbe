-- A digest was delivered, or there is nowhere to deliver it and the log has it.
UPDATE tiss.digesto SET entregue_em = clock_timestamp();
