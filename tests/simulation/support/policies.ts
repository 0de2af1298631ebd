import { readFileSync } from 'node:fs';
import type { SeedPolicies } from '@cardwright/cms';
import { passkeyPolicy, type DevicePolicy } from '@cardwright/cms/policies';
import { validate } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import {
  testAttestationIntermediatesPath,
  testAttestationRoot58Path,
  testAttestationRootPath,
} from '@cardwright/virtual-card';
import { portalPolicies } from '../../support/engine/portal-policies.js';
import { RELYING_PARTY } from './relying-party.js';

/** A card's factory in the policy of plain cards, as changes to the policy of a new portal. */
export interface FactoryPolicy {
  readonly secrets: Partial<SeedPolicies[string]['factory']>;
  readonly policy: Partial<Pick<DevicePolicy, 'factoryKeyAlgorithms' | 'pinRules'>>;
}

export interface PolicyOptions {
  readonly algorithm: 'P-256' | 'RSA-2048';
  /** The policy for YubiKeys without attested keys. By default they are refused, as at a new portal. */
  readonly unprovenYubikeys?: 'refuse' | 'supervised';
  /** The factory of plain cards in their policy, if they come from another one than a new portal expects. */
  readonly factory?: FactoryPolicy | undefined;
  /** The slots that get no key. */
  readonly without?: readonly Slot[];
  /** Set when each device gets a passkey, a security key without PIV too. */
  readonly passkeys?: boolean;
  /** Set when the policies are those of a new portal, except that they trust the vendor of the virtual cards, let each certificate be renewed, and what other options say. */
  readonly shipped?: boolean;
  /** `one` when the shipped policies name one factory key, as those of earlier versions do. */
  readonly factoryKeys?: 'one';
  /** Where users enter PINs. Default: in the window. */
  readonly pinpad?: DevicePolicy['pinpad'];
  /** Set when a renewal makes a new key in each slot, wherever no old key of 9D is lost. */
  readonly replacesKeys?: boolean;
}

const NEW_KEYS = { '9A': 'new-key', '9C': 'new-key', '9D': 'new-key', '9E': 'new-key' } as const;

/** Days before the end of a certificate that are always reached, so that it can be renewed at once. */
const ALWAYS = 3650;

/** Builds the policies of a new portal. They trust the vendor of the virtual cards and issue other cards without approval. */
export function policiesFor(options: PolicyOptions): SeedPolicies {
  const { algorithm, unprovenYubikeys = 'refuse', without = [], replacesKeys = false, pinpad = 'never' } = options;
  const renewedKeys = replacesKeys ? NEW_KEYS : {};
  const attestationRoots = [testAttestationRootPath, testAttestationRoot58Path].map((path) =>
    readFileSync(path, 'utf8'),
  );
  const intermediates = readFileSync(testAttestationIntermediatesPath, 'utf8').split(/(?=-----BEGIN)/);
  const passkeys =
    options.passkeys === true ? { passkeys: validate(passkeyPolicy, { services: [RELYING_PARTY] }) } : {};
  if (options.shipped === true) {
    const shipped = portalPolicies((model) => ({
      renewalDays: ALWAYS,
      ...(model === 'yubikey'
        ? { attestationRoots, attestationIntermediates: intermediates, unprovenKeys: unprovenYubikeys }
        : {}),
    }));
    return options.factoryKeys === 'one' ? withOneFactoryKey(shipped) : withFactory(shipped, options.factory);
  }
  const seeds = portalPolicies((model) => {
    const isPlain = model === 'piv';
    const slots = {
      '9A': algorithm,
      '9C': algorithm,
      // A plain card's key in 9D needs RSA: another one could not sign its own request.
      '9D': isPlain ? ('RSA-2048' as const) : algorithm,
      '9E': algorithm,
    };
    const vendor =
      model !== 'yubikey'
        ? { unprovenKeys: 'allow' as const }
        : { unprovenKeys: unprovenYubikeys, attestationRoots, attestationIntermediates: intermediates };
    const wanted = Object.entries(slots).filter(([name]) => !without.some((slot) => slot === name));
    return { slots: Object.fromEntries(wanted), renewalDays: ALWAYS, renewedKeys, pinpad, ...passkeys, ...vendor };
  });
  const known = withFactory(seeds, options.factory);
  const { yubikey } = known;
  if (options.passkeys !== true || !yubikey) return known;
  return { ...known, fido2: { ...yubikey, policy: { ...yubikey.policy, modelName: 'Security key', slots: {} } } };
}

function withFactory(seeds: SeedPolicies, factory: FactoryPolicy | undefined): SeedPolicies {
  const { piv } = seeds;
  if (!factory || !piv) return seeds;
  const policy = { ...piv.policy, ...factory.policy };
  return { ...seeds, piv: { policy, factory: { ...piv.factory, ...factory.secrets } } };
}

const withOneFactoryKey = (seeds: SeedPolicies): SeedPolicies =>
  Object.fromEntries(
    Object.entries(seeds).map(([model, { policy, factory }]) => {
      const { otherManagementKeys: _others, ...one } = factory;
      return [model, { policy, factory: one }];
    }),
  );
