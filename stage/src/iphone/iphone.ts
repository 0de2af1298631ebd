import { randomBytes, randomInt } from 'node:crypto';
import { openAppleAuthority, type AppleAuthority } from '../apple-authority.js';
import { Installation, type InstalledProfile } from './installation.js';
import { internet, type Network } from './network.js';
import { factorySigner, type AnswerSigner, type PhoneAttributes } from './phone-answer.js';
import { PhoneFailure } from './phone-failure.js';
import { Safari, USER_AGENTS, type Browser, type SafariPage } from './safari.js';
import { readSignedProfile, type SignedProfile } from './signed-profile.js';

/** Letters and digits of Apple's serial numbers. */
const SERIAL_ALPHABET = 'CDFGHJKLMNPQRTVWXY0123456789';

export interface IphoneOptions {
  /** Who made it. Default: the test authority that a portal under test trusts. */
  readonly authority?: Pick<AppleAuthority, 'issueDevice'>;
  /** Default: an identifier that no other phone has. */
  readonly udid?: string;
  /** Default: one of its own. */
  readonly serial?: string;
  /** Default: `iPhone17,1`, an iPhone 16 Pro. */
  readonly product?: string;
  /** The build of its system. Default: `22A3354`, iOS 18.0. */
  readonly version?: string;
  /** What opens links. Default: Safari of iOS 18. */
  readonly browser?: Browser;
  /** PEM: authorities of profiles' signers that it trusts, as it trusts those of the web. Default: none. */
  readonly trustedRoots?: readonly string[];
  /** Default: `fetch`. */
  readonly network?: Network;
  /** What the waiting time between two questions is multiplied with. Default: 1, as on a phone. */
  readonly delayFactor?: number;
  /** Bits of its keys, instead of what payloads want. */
  readonly keySize?: number;
}

/**
 * A simulated iPhone, or iPad, and whoever holds it: does with a link and with profiles what Apple documents. It shares no code
 * with the portal; openssl judges all that it gets.
 *
 *     const phone = await Iphone.make({ delayFactor: 0.1 });
 *     await phone.openLink(link);
 *     await phone.downloadProfile();
 *     const profile = await phone.install(); // after `identify()` the user confirms serial number and model on the page
 */
export class Iphone {
  /** By their identifiers, as Settings lists them. */
  readonly profiles = new Map<string, InstalledProfile>();
  readonly #safari: Safari;
  #page: SafariPage | undefined;
  /** "Profile Downloaded" in Settings: one at a time. */
  #downloaded: SignedProfile | undefined;

  private constructor(
    readonly attributes: PhoneAttributes,
    private readonly factory: AnswerSigner,
    private readonly options: IphoneOptions,
  ) {
    this.#safari = new Safari(USER_AGENTS[options.browser ?? 'iphone-18'], this.#network);
  }

  static async make(options: IphoneOptions = {}): Promise<Iphone> {
    const attributes = {
      UDID: options.udid ?? `00008140-${randomBytes(8).toString('hex').toUpperCase()}`,
      SERIAL: options.serial ?? newSerial(),
      PRODUCT: options.product ?? 'iPhone17,1',
      VERSION: options.version ?? '22A3354',
    };
    const authority = options.authority ?? (await openAppleAuthority());
    return new Iphone(attributes, factorySigner(await authority.issueDevice(attributes.UDID)), options);
  }

  get serial(): string {
    return this.attributes.SERIAL;
  }

  /** Scans the code: the page that the link leads to. */
  async openLink(link: string): Promise<SafariPage> {
    this.#page = await this.#safari.open(link);
    return this.#page;
  }

  /**
   * Presses the link of that page to a profile.
   *
   * @returns what Settings shows of it before someone presses Install
   * @throws PhoneFailure `Cannot Download Profile`, `Invalid Profile`
   */
  async downloadProfile(): Promise<SignedProfile> {
    if (!this.#page) throw new PhoneFailure('Cannot Download Profile', 'No page is open.');
    this.#downloaded = undefined;
    this.#downloaded = await readSignedProfile(await this.#safari.download(this.#page), this.#trustedRoots);
    return this.#downloaded;
  }

  /**
   * Presses Install, and takes every step.
   *
   * @throws PhoneFailure `Profile Installation Failed`; what was installed before stays as it was
   */
  async install(): Promise<InstalledProfile> {
    const installation = this.beginInstallation();
    await installation.identify();
    return this.finish(installation);
  }

  /** Presses Install; the steps are the caller's to take. */
  beginInstallation(): Installation {
    const profile = this.#downloaded?.profile;
    this.#downloaded = undefined;
    if (profile?.kind !== 'profile-service')
      throw new PhoneFailure('Profile Installation Failed', 'There is no downloaded profile of a profile service.');
    const { attributes, factory } = this;
    const { delayFactor = 1, keySize } = this.options;
    return new Installation(profile, {
      attributes,
      factory,
      delayFactor,
      network: this.#network,
      trustedRoots: this.#trustedRoots,
      ...(keySize === undefined ? {} : { keySize }),
    });
  }

  /** Takes every step that comes after `identify()`. */
  async finish(installation: Installation): Promise<InstalledProfile> {
    await installation.enrolIdentity();
    await installation.fetchConfiguration();
    const installed = await installation.installConfiguration();
    this.profiles.set(installed.identifier, installed);
    return installed;
  }

  /** Settings, General, VPN & Device Management, Remove Profile: its keys go with it. */
  remove(identifier: string): void {
    if (!this.profiles.delete(identifier)) throw new Error(`There is no profile ${identifier}.`);
  }

  get #network(): Network {
    return this.options.network ?? internet;
  }

  get #trustedRoots(): readonly string[] {
    return this.options.trustedRoots ?? [];
  }
}

const newSerial = (): string =>
  Array.from({ length: 10 }, () => SERIAL_ALPHABET.charAt(randomInt(SERIAL_ALPHABET.length))).join('');
