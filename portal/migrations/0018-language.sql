-- The language that someone has chosen for the portal's pages, as a tag of RFC 5646; null: that of the browser.
ALTER TABLE users ADD COLUMN language text;
