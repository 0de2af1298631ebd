import {
  createCms,
  memoryStore,
  seedPolicies,
  type Cms,
  type CmsOptions,
  type MemoryStore,
  type SeedPolicies,
} from '@cardwright/cms';
import type { OwnerAction } from '@cardwright/cms/devices';
import type { Quotas } from '@cardwright/cms/operations';
import { changePolicy, type DevicePolicy, type FactorySecrets } from '@cardwright/cms/policies';
import type { AuditRow, Certificate, Device } from '@cardwright/cms/store';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { openToOwner, shownCertificates } from '../../support/engine/kept-devices.js';
import { shownVersion } from '../../support/engine/operator-action.js';
import { portalPolicies } from '../../support/engine/portal-policies.js';
import { engineParts, ORIGIN, type EngineParts } from './engine-parts.js';

/** Deviations from the default CMS. */
export interface TestCmsOptions extends Partial<Omit<CmsOptions, 'store' | 'origin'>> {
  /** Changes to the policies of all models. */
  readonly policy?: Partial<DevicePolicy>;
}

/** A device as pages show it. */
export interface ShownDevice extends Device {
  readonly certificates: readonly (Certificate & { readonly status: CertificateStatus })[];
  readonly ownerActions: readonly OwnerAction[];
}
type CertificateStatus = 'good' | 'on-hold' | 'revoked';

/** Quick algorithms for the slots. 9D depends on the model: a plain card's key there could not sign its own request. */
const SLOTS = { '9A': 'P-256', '9C': 'P-256', '9E': 'P-256' } as const;
const KEY_MANAGEMENT = { yubikey: 'P-256', piv: 'RSA-2048' } as const;
/** Two slots, for tests that are not about keys: one needs a PIN, the other does not. */
export const FEW_SLOTS = { '9A': 'P-256', '9E': 'P-256' } as const;
/** A limit beyond the cards that one user issues in a test. */
const MANY = 10_000;
export const WIDE_QUOTAS: Quotas = {
  operationsPerHour: MANY,
  witnessesPerHour: MANY,
  cardsPerHour: MANY,
  othersCardsPerHour: MANY,
  codeTriesPerHour: MANY,
  unlockCodesPerHour: MANY,
  renamesPerHour: MANY,
  reportsPerHour: MANY,
};
const WIDE = { deviceLimit: 1000, quotas: WIDE_QUOTAS };

/**
 * A CMS in this process: the engine with a memory store and the policies of a new portal. It trusts the vendor of the tests' security
 * keys and issues plain cards without an operator; supervision has tests of its own.
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

  /** The running CMS. */
  get running(): Cms {
    return this.#cms;
  }

  /** Restarts the CMS over its store. */
  restart(changes: Partial<CmsOptions> = {}): void {
    this.#cms = createCms({ ...this.options, ...changes });
  }

  /** Creates a blank card without an owner: a security key, which can prove itself, or a plain card. */
  newCard(model: 'yubikey' | 'piv'): TestCard {
    return model === 'piv' ? new TestCard(model, null, null) : new TestCard(model, this.newSerial(), this.vendor);
  }

  /** Returns an unused serial number. */
  newSerial(): string {
    this.#serial += 1;
    return String(this.#serial);
  }

  /** Sets the policy of a model as an operator: its first version with these changes. */
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

  /** All devices there ever were as operators see them, the oldest first. */
  get devices(): ShownDevice[] {
    const contents = this.store.contents();
    return contents.devices.map((device) => ({
      ...device,
      certificates: shownCertificates(contents, device.id).map((one) => ({ ...one, status: statusOf(one) })),
      ownerActions: openToOwner(contents, device),
    }));
  }

  /** Finds the devices of a card by its serial number, or by its GUID if it reports none. */
  devicesOf({ serial, guid }: TestCard): ShownDevice[] {
    return this.devices.filter((device) => (device.serial === null ? device.guid === guid : device.serial === serial));
  }

  /** Returns the newest device of a card. @throws Error if it has none */
  deviceOf(card: TestCard): ShownDevice {
    const device = this.devicesOf(card).at(-1);
    if (!device) throw new Error('the card has no device');
    return device;
  }

  /** Returns the version of a device that an operator's page shows now. */
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
