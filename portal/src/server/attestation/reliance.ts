import { parsePem } from '@cardwright/cms/attestation';
import type { InspectedCertificate } from './vendor-certificates.js';

/** A certificate in a device policy, with the devices that would lose their proof if it were removed. */
export interface PresentCertificate extends InspectedCertificate {
  /** Number of devices in use that rely on this root; null for an intermediate certificate, because no row names it. */
  readonly devices: number | null;
}

/**
 * Adds to each certificate of a policy how many devices rely on it. A device relies on the key of a root, so that none relies on a root whose key is
 * also that of another root of the policy.
 *
 * @param byRoot number of devices by SHA-256 of the key of their root, hexadecimal
 */
export function withReliance(
  present: readonly InspectedCertificate[],
  byRoot: ReadonlyMap<string, number>,
): PresentCertificate[] {
  const keys = present.map(({ role, pem }) => (role === 'root' ? (parsePem(pem)?.keyFingerprint ?? null) : null));
  return present.map((one, index) => {
    const key = keys[index] ?? null;
    if (key === null) return { ...one, devices: null };
    const isAlone = keys.filter((other) => other === key).length === 1;
    return { ...one, devices: isAlone ? (byRoot.get(key) ?? 0) : 0 };
  });
}
