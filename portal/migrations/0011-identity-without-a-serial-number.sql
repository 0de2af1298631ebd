-- A vendor's attestation key (F9) is that of a batch of devices. Where the vendor signed no serial number, it was taken for the device.
-- Such a device loses that claim, and nothing else: its state and its certificates stay. Its next live proof says who it is. Nothing
-- said that its keys are in one device, but for the key of that proof, in 9E.
UPDATE certificates SET proof = 'not-proved'
  WHERE slot <> '9E' AND device_id IN (SELECT id FROM devices WHERE identity LIKE '%:f9:%');
UPDATE devices SET identity = NULL, proof = 'not-proved' WHERE identity LIKE '%:f9:%';
