import {
  createCms,
  memoryStore,
  changePolicy,
  seedPolicies,
  type AuditRow,
  type Certificate,
  type Cms,
  type CmsOptions,
  type Device,
  type DevicePolicy,
  type FactorySecrets,
  type MemoryStore,
  type OwnerAction,
  type Quotas,
  type SeedPolicies,
} from '@cardwright/cms';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { openToOwner, shownCertificates } from '../../support/engine/kept-devices.js';
import { shownVersion } from '../../support/engine/operator-action.js';
import { portalPolicies } from '../../support/engine/portal-policies.js';
import { engineParts, ORIGIN, type EngineParts } from './engine-parts.js';

/** What a test wants to be different. */
export interface TestCmsOptions extends Partial<Omit<CmsOptions, 'store' | 'origin'>> {
  /** In the policies of all models. */
  readonly policy?: Partial<DevicePolicy>;
}

/** A device as pages show it. */
export interface ShownDevice extends Device {
  readonly certificates: readonly (Certificate & { readonly status: CertificateStatus })[];
  readonly ownerActions: readonly OwnerAction[];
}
type CertificateStatus = 'good' | 'on-hold' | 'revoked';

/** Keys that are made quickly, as far as each card can use them: a plain one's 9D could not sign its own request. */
const SLOTS = { '9A': 'P-256', '9C': 'P-256', '9E': 'P-256' } as const;
const KEY_MANAGEMENT = { yubikey: 'P-256', piv: 'RSA-2048' } as const;
/** Two of these, for a test that is not about keys: one that needs a PIN, and one that does not. */
export const FEW_SLOTS = { '9A': 'P-256', '9E': 'P-256' } as const;
/** One user issues more cards in a test than a person in a year. */
const MANY = 10_000;
export const WIDE_QUOTAS: Quotas = {
  operationsPerHour: MANY,
  witnessesPerHour: MANY,
  cardsPerHour: MANY,
  othersCardsPerHour: MANY,
  codeTriesPerHour: MANY,
  unlockCodesPerHour: MANY,
};
const WIDE = { deviceLimit: 1000, quotas: WIDE_QUOTAS };

/**
 * A CMS in this process: the engine over its store in memory, with the policies of a new portal. It knows the vendor of the tests'
 * security keys, and issues plain cards without an operator; what supervision means has tests of its own.
 */
export class TestCms {
  readonly origin = ORIGIN;
  #cms: Cms;
  #serial = 10_000_000;

  private constructor(
    readonly store: MemoryStore,
    readonly vendor: EngineParts['vendor'],
    readonly seeds: SeedPolicies,
    private readonly options: CmsOptions,
  ) {
    this.#cms = createCms(options);
  }

  static async open({ policy, ...options }: TestCmsOptions = {}): Promise<TestCms> {
    const { vendor, keys, authority } = await engineParts();
    const store = await memoryStore({ keys });
    const seeds = portalPolicies((model) => ({
      slots: { ...SLOTS, '9D': model === 'piv' ? KEY_MANAGEMENT.piv : KEY_MANAGEMENT.yubikey },
      ...(model === 'piv' ? { unprovenKeys: 'allow' as const } : { attestationRoots: [vendor.root] }),
      ...policy,
    }));
    await seedPolicies(store, seeds);
    return new TestCms(store, vendor, seeds, { authority, store, origin: ORIGIN, ...WIDE, ...options });
  }

  /** As it runs now. */
  get running(): Cms {
    return this.#cms;
  }

  /** Ends it, and starts it again over what it keeps. */
  restart(changes: Partial<CmsOptions> = {}): void {
    this.#cms = createCms({ ...this.options, ...changes });
  }

  /** A blank card that nobody has: a security key, which can prove itself, or a plain one. */
  newCard(model: 'yubikey' | 'piv'): TestCard {
    return model === 'piv' ? new TestCard(model, null, null) : new TestCard(model, this.newSerial(), this.vendor);
  }

  /** The serial number of no other card. */
  newSerial(): string {
    this.#serial += 1;
    return String(this.#serial);
  }

  /** Has an operator set the policy of a model: to what it was at first, but for these changes. */
  async setPolicy(
    model: 'yubikey' | 'piv',
    changes: Partial<DevicePolicy> = {},
    factory: Partial<FactorySecrets> = {},
  ): Promise<void> {
    const seed = this.seeds[model];
    if (!seed) throw new Error(`no policy for ${model}`);
    const policy = { ...seed.policy, ...changes };
    await changePolicy(this.store, ADMINISTRATOR, { model, policy, factory: { ...seed.factory, ...factory } });
  }

  /** All devices that there ever were, the oldest first, as operators see them. */
  get devices(): ShownDevice[] {
    const contents = this.store.contents();
    return contents.devices.map((device) => ({
      ...device,
      certificates: shownCertificates(contents, device.id).map((one) => ({ ...one, status: statusOf(one) })),
      ownerActions: openToOwner(contents, device),
    }));
  }

  /** Those of a card: by its serial number, or by its GUID where the CMS was told none. */
  devicesOf({ serial, guid }: TestCard): ShownDevice[] {
    return this.devices.filter((device) => (device.serial === null ? device.guid === guid : device.serial === serial));
  }

  /** The newest of a card. @throws Error where it has none */
  deviceOf(card: TestCard): ShownDevice {
    const device = this.devicesOf(card).at(-1);
    if (!device) throw new Error('the card has no device');
    return device;
  }

  /** The version of a device that an operator's page would show now. */
  versionOf(id: string): string {
    return shownVersion(this.store.contents(), id);
  }

  /** The audit log, the oldest entry first. */
  get audit(): readonly AuditRow[] {
    return this.store.contents().audit;
  }
}

function statusOf({ revocationReason }: Certificate): CertificateStatus {
  if (revocationReason === null) return 'good';
  return revocationReason === 'certificateHold' ? 'on-hold' : 'revoked';
}
