import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PortalUser, pressButton, type Account, type Look, type Stage, type StageOptions } from '@cardwright/stage';
import { FakeHost, type HostFault } from '../host-fault.js';
import { hostsEnd, hostsOf, hostStarts } from '../native-hosts.js';
import { openOwnStage } from '../own-stage.js';
import { grantSite } from '../granted-site.js';
import { ALICE, DEVICE_LIMIT, portalOf, type PortalChanges } from '../portal-options.js';
import type { Fault } from './faults.js';
import { photographer } from './photographs.js';
import { Rider } from './rider.js';
import { joinSharedComputer } from './shared-computer.js';
import { StagedCard, type CardKind } from './staged-card.js';
import { Witness } from './witness.js';

/** A mode of failing-authority.mjs for the certification authority. */
type AuthorityMood = 'answer' | 'refuse' | 'unreachable' | 'hang';

export interface WorkplaceOptions
  extends Omit<PortalChanges, 'authorityControl' | 'deviceLimit'>, Pick<StageOptions, 'readers'> {
  /** The reason why it needs its own readers, portal and browser instead of its worker's. */
  readonly own?: string;
  /** false: the extension is not installed yet. */
  readonly installed?: boolean;
  /** Default: Chromium. */
  readonly kind?: 'chromium' | 'firefox';
  /** The folder in tests/screenshots for the panes and windows of its tests. */
  readonly photographs?: string;
}

/**
 * An employee's computer with its readers and its browser, the portal, and everything that can go wrong with them.
 *
 * @example
 * const card = await place.insert('yubikey', pulledAt(40));
 * const alice = await place.employee();
 * await alice.addDevice();
 * await alice.wizard.failure();
 * await card.putBack();
 * await alice.click('#retry');
 */
export class Workplace {
  readonly #cards: StagedCard[] = [];
  readonly #witnesses: Witness[] = [];
  readonly #look: Look;
  readonly #fakeHost: FakeHost;
  #nextReader = 0;

  private constructor(
    readonly stage: Stage,
    /** The folder for further temporary files. */
    private readonly folder: string,
    /** The file that controls the certification authority. */
    private readonly authorityControl: string,
    { photographs }: WorkplaceOptions,
  ) {
    this.#fakeHost = new FakeHost(folder);
    this.#look = photographs === undefined ? () => Promise.resolve() : photographer(photographs);
  }

  static async open(options: WorkplaceOptions = {}): Promise<Workplace> {
    const folder = mkdtempSync(join(tmpdir(), 'cardwright-workplace-'));
    const changes = { algorithm: 'P-256', ...options } as const;
    if (options.own === undefined) {
      const { stage, authorityControl } = await joinSharedComputer(changes);
      return new Workplace(stage, folder, authorityControl, options);
    }
    const { readers = 2, installed = true, kind = 'chromium' } = options;
    const authorityControl = join(folder, 'authority');
    const portal = portalOf({ ...changes, deviceLimit: DEVICE_LIMIT, authorityControl });
    const browser = { kind, ...(installed ? {} : { extensionDir: null }) };
    return new Workplace(await openOwnStage({ readers, browser, portal }), folder, authorityControl, options);
  }

  /** Puts a new card into an empty reader. */
  async insert(kind: CardKind, ...faults: Fault[]): Promise<StagedCard> {
    const reader = this.#freeReader();
    const card = await StagedCard.insert(this.stage, kind, reader, faults);
    this.#cards.push(card);
    return card;
  }

  /** Makes a witness watch a card that its owner is going to issue. */
  async witness(card: StagedCard, owner: PortalUser): Promise<Witness> {
    const witness = await Witness.begin(this.stage, card, owner);
    this.#witnesses.push(witness);
    return witness;
  }

  /** Logs an employee in at the portal; by default alice. */
  employee(account: Account = ALICE): Promise<PortalUser> {
    return PortalUser.login(this.stage, account, this.#look);
  }

  /** Logs an employee in whose browser already may use devices at this portal. */
  async trustedEmployee(account: Account = ALICE): Promise<PortalUser> {
    const user = await this.employee(account);
    const { browser, portal } = this.stage;
    await grantSite(browser.browser, new URL(portal.url).origin, ['read', 'use', 'manage']);
    return user;
  }

  /** Ends the smart card service, but keeps its socket's name. */
  stopPcscd(): Promise<void> {
    return this.stage.pcscd.end();
  }

  /** Starts or restarts the smart card service with so many empty readers. */
  async restartPcscd(readers = 2): Promise<void> {
    for (const card of this.#cards) await card.pull();
    await this.stage.pcscd.restart({ readers });
  }

  /** Returns the process ids of the running native hosts. */
  hosts(): number[] {
    return hostsOf(this.stage);
  }

  /** Kills the native host as soon as there is one, without warning. */
  async killHost(): Promise<void> {
    process.kill(await hostStarts(this.stage), 'SIGKILL');
  }

  /** Waits until no native host runs any more. */
  hostsEnd(): Promise<void> {
    return hostsEnd(this.stage);
  }

  /** Gives the native host a fault from the next page session on. A stand-in plays faults that occur after the start. */
  spoilHost(fault: HostFault): void {
    this.#fakeHost.register(this.stage.browser, fault);
  }

  /** Repairs the native host. */
  mendHost(): void {
    this.stage.browser.registerHost();
  }

  /** Sets the certification authority's behaviour towards one slot or all. */
  setAuthority(mood: AuthorityMood, slot = ''): void {
    writeFileSync(this.authorityControl, `${mood} ${slot}`.trim());
  }

  /** Revokes the user's decision about the portal, in the extension's settings. */
  async forgetSite(): Promise<void> {
    const settings = await this.stage.browser.ownPage('options');
    const { origin } = new URL(this.stage.portal.url);
    await pressButton(settings, `#sites button[aria-label$="${origin}"]`);
    await settings.waitForFunction((site) => !document.body.textContent.includes(site), {}, origin);
    await settings.close();
  }

  /** Starts a program that constantly tries to use a card. */
  ride(card: StagedCard, apdus: readonly string[]): Promise<Rider> {
    return Rider.start(this.stage.env, card.readerName, apdus);
  }

  killPortal(): Promise<void> {
    return this.stage.portal.kill();
  }

  startPortal(): Promise<void> {
    return this.stage.portal.start();
  }

  /**
   * Tidies up after a test: pulls every card, dismisses every witness, and closes every page but the named one. If a failed test has left
   * a wizard open in that page, closes it too.
   *
   * @throws if a host does not end although its page is gone
   */
  async tidyUp({ keep }: { readonly keep?: PortalUser | undefined } = {}): Promise<void> {
    for (const page of await this.stage.browser.browser.pages())
      if (page !== keep?.page && /^https?:/.test(page.url())) await page.close();
    if (await keep?.wizard.isOpen()) await keep?.reload();
    try {
      for (const witness of this.#witnesses.splice(0)) await witness.end();
      await this.hostsEnd();
    } finally {
      for (const card of this.#cards.splice(0)) await card.pull({ unseen: this.stage.pcscd.readers.length > 2 });
    }
  }

  /** @throws if a process does not end, or a temporary file is left behind */
  async close(): Promise<void> {
    const left = await this.stage.close();
    rmSync(this.folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left behind:\n${left.join('\n')}`);
  }

  /** Returns the reader that was empty longest: pcscd may not have noticed the last removal yet. */
  #freeReader(): number {
    const taken = this.#cards.map(({ reader }) => reader);
    const { length } = this.stage.pcscd.readers;
    const inTurn = Array.from({ length }, (_, index) => (this.#nextReader + index) % length);
    const free = inTurn.find((reader) => !taken.includes(reader));
    if (free === undefined) throw new Error('every reader has a card');
    this.#nextReader = free + 1;
    return free;
  }
}
