import { CardwrightError, type DeviceInfo, type Slot } from '@cardwright/protocol';
import { resetToFactory } from '../applets/piv/factory-reset.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import type { CardConnection, TakeOptions } from '../pcsc/card-connection.js';
import type { Readers } from '../pcsc/readers.js';
import type { CardApplications } from './card-applications.js';
import type { PreparedCredentials } from './escrow.js';
import { takeAndIdentify } from './identified-card.js';
import { identify, type Place } from './identify.js';
import { modelOf, type Model } from './models.js';

/**
 * The one device that this session holds, from `device.open` to `device.close`, with everything remembered about it
 * meanwhile. No one else can send it a command; closing resets the card and forgets the secrets.
 */
export class OpenDevice {
  /** Made by `credentials.prepare` or taken back by `credentials.restore`, written by `credentials.apply`. */
  prepared: PreparedCredentials | undefined;
  /** The initial PIN once the card has it: source `session`. */
  sessionPin: Uint8Array | undefined;
  /** DER SubjectPublicKeyInfo of keys that were generated here, because a plain card cannot be asked for them. */
  readonly generatedKeys = new Map<Slot, Uint8Array>();

  #info: DeviceInfo;

  private constructor(
    info: DeviceInfo,
    private readonly applications: CardApplications,
    readonly connection: CardConnection,
    readonly place: Place,
  ) {
    this.#info = info;
  }

  /**
   * Takes the card of a reader, and makes sure that it is the one that was listed under this id.
   *
   * @param known what was seen of this insertion before
   * @throws CardwrightError `WRONG_DEVICE`, `CONTACT_NEEDED` when the card has to be read by its contacts, and what
   * `takeAndIdentify` throws
   */
  static async open(
    readers: Readers,
    place: Place,
    id: string,
    options: TakeOptions,
    known?: DeviceInfo,
  ): Promise<OpenDevice> {
    const { connection, applications, info } = await takeAndIdentify(readers, place, options, known);
    // A device that was listed while another program held it has a provisional id, and gets its real one here. A real one must agree.
    const listedByPlace = id.startsWith('reader:') || id.endsWith(`@${place.reader}`);
    const isRight = listedByPlace || info.id === id;
    if (isRight && info.state === 'ready') return new OpenDevice(info, applications, connection, place);
    await connection.close();
    throw new CardwrightError(isRight ? 'CONTACT_NEEDED' : 'WRONG_DEVICE');
  }

  get model(): Model {
    return modelOf(this.applications);
  }

  /** @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE` where the card has no PIV */
  get piv(): PivSession {
    const { piv } = this.applications;
    if (!piv) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'piv' });
    return piv;
  }

  /** What the card is, by the last look: when it was opened, or erased. */
  get info(): DeviceInfo {
    return this.#info;
  }

  /**
   * Erases the PIV application and looks at the card again. What was remembered of it is forgotten first, because a reset
   * that ends midway has invalidated it already.
   */
  async erase(): Promise<void> {
    const { piv } = this;
    this.forgetSecrets();
    this.generatedKeys.clear();
    await resetToFactory(piv);
    this.#info = await identify(this.applications, this.place);
  }

  /** Overwrites what is remembered of secrets. */
  forgetSecrets(): void {
    this.applications.piv?.forgetPin();
    this.sessionPin?.fill(0);
    this.sessionPin = undefined;
    this.prepared?.forget();
    this.prepared = undefined;
  }

  /** Resets the card, releases it and forgets its secrets. */
  async close(): Promise<void> {
    this.forgetSecrets();
    await this.connection.close();
  }
}
