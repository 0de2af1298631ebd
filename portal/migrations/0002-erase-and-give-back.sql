-- Whether used devices are erased and issued is now a matter of policy; so far nothing forbade it.
UPDATE device_policies SET policy = policy || '{"reset": "allow"}' WHERE policy -> 'reset' IS NULL;

-- Whether its owner can have the card erased and start again; not known of older rows.
ALTER TABLE devices ADD COLUMN resettable boolean NOT NULL DEFAULT false;

-- A card that was given back (state available) can become another device, of anybody.
DROP INDEX devices_guid;
DROP INDEX devices_serial;
CREATE UNIQUE INDEX devices_guid ON devices (guid) WHERE state NOT IN ('available', 'terminated');
CREATE UNIQUE INDEX devices_serial ON devices (model, serial)
  WHERE serial IS NOT NULL AND state NOT IN ('available', 'terminated');
CREATE INDEX devices_card ON devices (model, serial);
