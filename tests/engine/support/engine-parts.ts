import type { CertificationAuthority } from '@cardwright/cms/authority';
import { newKeyRing, type KeyRing } from '@cardwright/cms/keys';
import {
  newAttestationAuthority,
  type AttestationAuthority,
} from '../../integration/portal/support/attestation-authority.js';
import { newTestAuthority } from '../../support/engine/test-authority.js';

/** The origin of the CMSs of these tests. */
export const ORIGIN = 'https://cms.example.com';

/** The parts that all CMSs of a test file share, because making them takes the most time. */
export interface EngineParts {
  /** The vendor that attests the security keys. */
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
