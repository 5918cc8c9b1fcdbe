-- Store the sums by lote that something changed; of how many lotes.
SELECT tiss.refazer_somas();
