-- What certificates state of how their key was proved where no setting says so, as dotted OIDs: at most one row. The first start
-- writes it, so that a later portal with other defaults states the same.
CREATE TABLE certificate_policies (
  id integer PRIMARY KEY CHECK (id = 1),
  proved text NOT NULL,
  unproved text NOT NULL
);
-- Portals before this script stated these two. Each certificate has an owner, so an installation without users has issued none.
INSERT INTO certificate_policies (id, proved, unproved)
SELECT 1, '2.25.135835350132055021589230653843650518002', '2.25.34517819234173437188034120473121088419'
WHERE EXISTS (SELECT FROM users);
