import { tlv } from '../apdu/tlv.js';
import type { Profile } from '../card/profile.js';

/** The AID of the PIV card application: RID of NIST, PIX, version 01 00 (SP 800-73-4 Part 1, 2.2). */
export const pivAid = Buffer.from('A000000308000010000100', 'hex');
/** Length of the RID. A SELECT may truncate the AID, but not the RID. */
const RID_BYTES = 5;

/** Tags of the application property template (SP 800-73-4 Part 2, table 3). */
const Tag = {
  template: 0x61,
  identifier: 0x4f,
  label: 0x50,
  authority: 0x79,
  algorithms: 0xac,
  algorithm: 0x80,
  objectIdentifier: 0x06,
} as const;

/** True if a SELECT with this AID means the PIV application. */
export function isPivAid(aid: Buffer): boolean {
  return aid.length >= RID_BYTES && pivAid.subarray(0, aid.length).equals(aid);
}

/** Returns the application property template, which answers SELECT. Yubico's firmware has the shortest permitted template. */
export function applicationProperties(profile: Profile): Buffer {
  const identity = [
    tlv(Tag.identifier, pivAid.subarray(RID_BYTES)),
    tlv(Tag.authority, tlv(Tag.identifier, pivAid.subarray(0, RID_BYTES))),
  ];
  const { label } = profile;
  if (profile.firmware && label === undefined) return tlv(Tag.template, ...identity);
  const algorithms = profile.keyAlgorithms.map((algorithm) => tlv(Tag.algorithm, Buffer.of(algorithm)));
  return tlv(
    Tag.template,
    ...identity,
    tlv(Tag.label, Buffer.from(label ?? 'PIV Card Application', 'ascii')),
    tlv(Tag.algorithms, ...algorithms, tlv(Tag.objectIdentifier, Buffer.of(0))),
  );
}
