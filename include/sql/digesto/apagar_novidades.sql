-- These were told; what came meanwhile stays.
DELETE FROM tiss.novidade WHERE id = ANY (%(ids)s);
