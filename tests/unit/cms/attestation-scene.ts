import { webcrypto } from 'node:crypto';
import type { Attestation, AttestationOrder, VendorTrust } from '@cardwright/cms/attestation';
import { CardKey } from '@cardwright/cms/keys';
import {
  attestationExtensions,
  certify,
  newKeys,
  type AttestedFacts,
  type CertificateOrder,
  type Certified,
} from '../../integration/portal/support/attestation-authority.js';

type Level = Partial<CertificateOrder>;

/** A chain of certificates, from a vendor's root to the key of a slot. */
export interface Chain {
  readonly root: Certified;
  /** From the root downwards. */
  readonly middle: readonly Certified[];
  readonly f9: Certified;
  readonly leaf: Certified;
}

/** Deviations from the chain of an honest device with firmware before 5.7.4. */
export interface SceneChanges {
  readonly root?: Level;
  /** Levels between root and F9, from the root downwards. */
  readonly middle?: readonly Level[];
  readonly f9?: Level;
  readonly leaf?: Level;
  readonly facts?: Partial<AttestedFacts>;
  readonly order?: Partial<AttestationOrder>;
  readonly present?: (chain: Chain) => Attestation | Promise<Attestation>;
  readonly trust?: (chain: Chain) => VendorTrust | Promise<VendorTrust>;
}

export interface Scene {
  readonly chain: Chain;
  readonly attestation: Attestation;
  readonly order: AttestationOrder;
  readonly trust: VendorTrust;
}

export const SERIAL = '20260001';

export const der = ({ certificate }: Certified): Uint8Array => new Uint8Array(certificate.rawData);
export const pem = ({ certificate }: Certified): string => certificate.toString('pem');

/** Makes a chain, with what is presented, ordered and trusted: by default the chain itself. */
export async function setScene(changes: SceneChanges = {}): Promise<Scene> {
  const chain = await makeChain(changes);
  const { root, middle, f9, leaf } = chain;
  const key = CardKey.read(new Uint8Array(await webcrypto.subtle.exportKey('spki', leaf.keys.publicKey)));
  return {
    chain,
    attestation: (await changes.present?.(chain)) ?? { certificate: der(leaf), intermediate: der(f9) },
    order: { slot: '9A', key, serial: SERIAL, ...changes.order },
    trust: (await changes.trust?.(chain)) ?? { roots: [pem(root)], intermediates: middle.map(pem) },
  };
}

async function makeChain({
  root: top,
  middle: between = [],
  f9: card,
  leaf: slot,
  facts,
}: SceneChanges): Promise<Chain> {
  const root = await certify({ subject: 'Vendor root', ...top });
  const middle: Certified[] = [];
  for (const [index, level] of between.entries())
    middle.push(await certify({ subject: `Vendor level ${index}`, issuer: middle.at(-1) ?? root, ...level }));
  const f9 = await certify({ subject: 'Attestation key', issuer: middle.at(-1) ?? root, pathLength: 0, ...card });
  const leaf = await attestSlot(f9, facts, slot);
  return { root, middle, f9, leaf };
}

/** Attests a key in a slot with the key of another certificate. */
export async function attestSlot(
  issuer: Certified,
  facts: Partial<AttestedFacts> = {},
  level: Level = {},
): Promise<Certified> {
  const attested: AttestedFacts = { slot: '9A', serial: SERIAL, ...facts };
  return certify({
    subject: `YubiKey PIV Attestation ${(attested.named ?? attested.slot).toLowerCase()}`,
    issuer,
    keys: level.keys ?? (await newKeys()),
    isAuthority: null,
    extensions: attestationExtensions(attested),
    ...level,
  });
}
