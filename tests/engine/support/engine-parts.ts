import { newKeyRing, type CertificationAuthority, type KeyRing } from '@cardwright/cms';
import {
  newAttestationAuthority,
  type AttestationAuthority,
} from '../../integration/portal/support/attestation-authority.js';
import { newTestAuthority } from '../../support/engine/test-authority.js';

/** Of the CMSs of these tests, as browsers see it. */
export const ORIGIN = 'https://cms.example.com';

/** What CMSs of a file of tests share, since it takes longer to make than all the rest of them. */
export interface EngineParts {
  /** Of the security keys that can prove themselves. */
  readonly vendor: AttestationAuthority;
  readonly keys: KeyRing;
  readonly authority: CertificationAuthority;
}

let shared: Promise<EngineParts> | undefined;

/** Makes these parts once for a file of tests. */
export const engineParts = (): Promise<EngineParts> => (shared ??= newParts());

async function newParts(): Promise<EngineParts> {
  const { authority } = await newTestAuthority(ORIGIN);
  return { vendor: await newAttestationAuthority(), keys: await newKeyRing(), authority };
}
