-- Building is serialised per contrato until the end of the transaction; sends are not held up.
SELECT pg_advisory_xact_lock(hashtext('tiss.montagem'), %(contrato)s);
