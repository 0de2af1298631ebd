import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Account, PortalUser, Stage } from '@cardwright/stage';
import { expectListedSilicon, type ListedCertificate } from './silicon.js';
import type { StagedCard } from './staged-card.js';

/** A device as `GET /api/devices` lists it. */
interface ListedDevice {
  readonly id: string;
  readonly state: string;
  readonly activatedAt: string | null;
  readonly certificates: readonly ListedCertificate[];
}

/** The portal's answer about the new device, with its time. */
interface Sighting {
  readonly at: number;
  readonly device: ListedDevice;
}

const LOOK_EVERY_MS = 200;
/** The read-backs after the last certificate was written: four certificates and the CCC. */
const READ_BACKS = 5;
const OK = 200;

/**
 * Watches the issuance of a card: the portal's repeated reports to its owner, and the card's APDUs. Whatever went wrong, the same facts
 * must hold in the end.
 */
export class Witness {
  readonly #sightings: Sighting[] = [];
  #watching: Promise<void> | undefined;
  #ended = false;

  private constructor(
    private readonly stage: Stage,
    private readonly card: StagedCard,
    /** The cookie of a separate session, because the browser's may end meanwhile. */
    private readonly cookie: string,
    /** The owner's earlier devices. */
    private readonly before: ReadonlySet<string>,
    private readonly triesBefore: readonly number[],
  ) {}

  static async begin(stage: Stage, card: StagedCard, owner: PortalUser): Promise<Witness> {
    const cookie = await logIn(stage, owner.account);
    const before = await listDevices(stage, cookie);
    const witness = new Witness(stage, card, cookie, new Set(before.map(({ id }) => id)), card.tries);
    witness.#watching = witness.#watch();
    return witness;
  }

  /** Stops watching. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#watching;
  }

  /**
   * Stops watching, and expects the facts of every finished issuance:
   *
   * - there is one new device, and it became active only after its certificates had been read back;
   * - PIN and PUK have as many tries as before, and never had fewer than two;
   * - the card's memory agrees with the portal.
   */
  async expectSound(pin: string): Promise<void> {
    await this.#look();
    await this.end();
    expect(new Set(this.#sightings.map(({ device }) => device.id)).size).toBe(1);
    const last = this.#sightings.at(-1)?.device;
    expect(last).toMatchObject({ state: 'active' });
    this.#expectReadBackBefore(Date.parse(last?.activatedAt ?? ''));
    this.#expectReadBackBefore(this.#sightings.find(({ device }) => device.state === 'active')?.at ?? NaN);
    expect(this.card.tries).toEqual(this.triesBefore);
    expect(this.card.history.fewestTries).toBeGreaterThanOrEqual(2);
    await expectListedSilicon(this.stage, this.card, pin, last?.certificates ?? []);
  }

  /** Checks the first time at which the device was active, which is enough: it never leaves that state here. */
  #expectReadBackBefore(active: number): void {
    const { history } = this.card;
    expect(history.writesAfter(active)).toBe(0);
    expect(history.readBacksUntil(active)).toBeGreaterThanOrEqual(READ_BACKS);
  }

  async #watch(): Promise<void> {
    while (!this.#ended) {
      await this.#look();
      await delay(LOOK_EVERY_MS);
    }
  }

  async #look(): Promise<void> {
    const devices = await listDevices(this.stage, this.cookie);
    const at = Date.now();
    for (const device of devices) if (!this.before.has(device.id)) this.#sightings.push({ at, device });
  }
}

/** @returns the cookie of the new session */
async function logIn({ portal }: Stage, { username, password }: Account): Promise<string> {
  const { origin } = new URL(portal.url);
  const answer = await fetch(new URL('/api/session', origin), {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (answer.status !== OK) throw new Error(`the portal answered a login with ${answer.status}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}

/** Lists the devices, or returns nothing while the portal is away: a killed portal gives half an answer or none. */
async function listDevices({ portal }: Stage, cookie: string): Promise<readonly ListedDevice[]> {
  const answer = await fetch(new URL('/api/devices', portal.url), { headers: { cookie } })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => undefined);
  if (answer === undefined) return [];
  if (answer.status !== OK) throw new Error(`the portal answered ${answer.status}: ${answer.text}`);
  return (JSON.parse(answer.text) as { devices: ListedDevice[] }).devices;
}
