-- When a digest was last delivered, locked until the end of the transaction; no row: another one is on its way.
SELECT entregue_em FROM tiss.digesto FOR UPDATE SKIP LOCKED;
