-- The items of a guia that is being built again.
DELETE FROM tiss.guia_item WHERE guia_id = %(guia_id)s;
