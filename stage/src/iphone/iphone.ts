import { randomBytes, randomInt, type KeyObject } from 'node:crypto';
import { openAppleAuthority, type AppleAuthority } from '../apple-authority.js';
import { Installation, type InstalledProfile } from './installation.js';
import { internet, type Network } from './network.js';
import { factorySigner, type AnswerSigner, type PhoneAttributes } from './phone-answer.js';
import { PhoneFailure } from './phone-failure.js';
import { Safari, type Browser, type SafariPage } from './safari.js';
import { readSignedProfile, type SignedProfile } from './signed-profile.js';

/** Letters and digits that Apple's serial numbers contain. */
const SERIAL_ALPHABET = 'CDFGHJKLMNPQRTVWXY0123456789';

export interface IphoneOptions {
  /** The manufacturer's authority. Default: `openAppleAuthority()`, which a portal with the option `mobile` trusts. */
  readonly authority?: Pick<AppleAuthority, 'issueDevice'>;
  /** Default: a new random identifier. */
  readonly udid?: string;
  /** Default: a new random serial number. */
  readonly serial?: string;
  /** Apple's identifier of the model. Default: `iPhone17,1`, an iPhone 16 Pro. */
  readonly product?: string;
  /** The build of the phone's system. Default: `22A3354`, iOS 18.0. */
  readonly version?: string;
  /** The phone's default browser, which opens links. Default: Safari of iOS 18. */
  readonly browser?: Browser;
  /** Set if the phone fetches a preview of each page, and loads links of a page before the user taps them. Default: false. */
  readonly prefetches?: boolean;
  /** PEM of the authorities that the phone trusts to certify the signers of profiles. Default: no authorities. */
  readonly trustedRoots?: readonly string[];
  /** The phone's network. Default: `internet`, which uses `fetch`. */
  readonly network?: Network;
  /** Factor for the time between two retries of a pending SCEP request. Default: 1, as on a real phone. */
  readonly delayFactor?: number;
  /** Size of the phone's keys in bits. Default: the size that the payload names. */
  readonly keySize?: number;
  /** Makes the RSA keys that the phone has certified, of so many bits. Default: generates them. */
  readonly newKey?: (bits: number) => Promise<KeyObject>;
}

/**
 * A simulated iPhone or iPad, and its user. The phone handles links and profiles as documented by Apple. The phone shares no code with the portal.
 * openssl verifies the signed profiles, SCEP answers and issued certificates that the phone receives.
 *
 *     const phone = await Iphone.make({ delayFactor: 0.1 });
 *     await phone.openLink(link);
 *     await phone.downloadProfile();
 *     const profile = await phone.install(); // after `identify()` the user confirms serial number and model on the page
 */
export class Iphone {
  /** Installed profiles by their identifiers, as listed in Settings. */
  readonly profiles = new Map<string, InstalledProfile>();
  readonly #browser: Safari;
  /** Safari, which is another browser than `#browser` unless it is the phone's default browser. */
  readonly #safari: Safari;
  /** The browser in front. */
  #front: Safari;
  #page: SafariPage | undefined;
  /** The profile that Settings shows as "Profile Downloaded". There is at most one. */
  #downloaded: SignedProfile | undefined;

  private constructor(
    readonly attributes: PhoneAttributes,
    private readonly factory: AnswerSigner,
    private readonly options: IphoneOptions,
  ) {
    const { browser, prefetches } = options;
    this.#safari = new Safari('iphone-18', this.#network, prefetches);
    this.#browser = browser === undefined ? this.#safari : new Safari(browser, this.#network, prefetches);
    this.#front = this.#browser;
  }

  static async make(options: IphoneOptions = {}): Promise<Iphone> {
    const attributes = {
      UDID: options.udid ?? `00008140-${randomBytes(8).toString('hex').toUpperCase()}`,
      SERIAL: options.serial ?? newSerial(),
      PRODUCT: options.product ?? 'iPhone17,1',
      VERSION: options.version ?? '22A3354',
    };
    const authority = options.authority ?? (await openAppleAuthority());
    return new Iphone(attributes, factorySigner(await authority.issueDevice()), options);
  }

  get serial(): string {
    return this.attributes.SERIAL;
  }

  /** Opens the page behind a link, as if the user had scanned the link's QR code. */
  async openLink(link: string): Promise<SafariPage> {
    this.#front = this.#browser;
    this.#page = await this.#front.open(link);
    return this.#page;
  }

  /** Copies the address of the open page into Safari, which stores its cookies apart from those of the default browser. */
  async openInSafari(): Promise<SafariPage> {
    if (!this.#page) throw new PhoneFailure('Cannot Open Page', 'No page is open.');
    this.#front = this.#safari;
    this.#page = await this.#front.open(this.#page.url.href);
    return this.#page;
  }

  /**
   * Follows the page's link to a profile.
   *
   * @returns the profile that Settings shows before the user presses Install
   * @throws PhoneFailure `Cannot Download Profile`, `Invalid Profile`; `Cannot Open Page` for endless redirections
   */
  async downloadProfile(): Promise<SignedProfile> {
    if (!this.#page) throw new PhoneFailure('Cannot Download Profile', 'No page is open.');
    this.#downloaded = undefined;
    this.#downloaded = await readSignedProfile(await this.#front.download(this.#page), this.#trustedRoots);
    return this.#downloaded;
  }

  /**
   * Presses Install, and takes every step. The user then still has to open the profile's icon (`finishSetup`).
   *
   * @throws PhoneFailure `Profile Installation Failed`; earlier installations are unchanged
   */
  async install(): Promise<InstalledProfile> {
    const installation = this.beginInstallation();
    await installation.identify();
    return this.finish(installation);
  }

  /** Presses Install. The caller takes the steps of the returned installation. */
  beginInstallation(): Installation {
    const profile = this.#downloaded?.profile;
    this.#downloaded = undefined;
    if (profile?.kind !== 'profile-service')
      throw new PhoneFailure('Profile Installation Failed', 'There is no downloaded profile of a profile service.');
    const { attributes, factory } = this;
    const { delayFactor = 1, keySize, newKey } = this.options;
    return new Installation(profile, {
      attributes,
      factory,
      delayFactor,
      network: this.#network,
      trustedRoots: this.#trustedRoots,
      ...(keySize === undefined ? {} : { keySize }),
      ...(newKey === undefined ? {} : { newKey }),
    });
  }

  /** Takes all steps of an installation after `identify()`, and lists the installed profile in `profiles`. */
  async finish(installation: Installation): Promise<InstalledProfile> {
    await installation.enrolIdentity();
    await installation.fetchConfiguration();
    const installed = await installation.installConfiguration();
    this.profiles.set(installed.identifier, installed);
    return installed;
  }

  /**
   * Opens an icon that a profile brought to the Home Screen.
   *
   * @throws Error if no installed profile has an icon with this name
   */
  openIcon(label: string): Promise<SafariPage> {
    const urls = [...this.profiles.values()].flatMap(({ icons }) => icons.get(label) ?? []);
    const url = urls.at(-1);
    if (!url) throw new Error(`There is no icon ${label}.`);
    return this.#safari.open(url.href);
  }

  /** Opens the icon by which a user finishes the setup, and presses the button of its page. */
  async finishSetup(label = 'Finish setup'): Promise<SafariPage> {
    return this.#safari.press(await this.openIcon(label));
  }

  /** Removes a profile and its keys, as the user does in Settings, General, VPN & Device Management, Remove Profile. */
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
