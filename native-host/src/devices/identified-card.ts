import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { Authenticator } from '../applets/fido2/authenticator.js';
import { pause } from '../clock.js';
import { CardConnection, type TakeOptions } from '../pcsc/card-connection.js';
import { announcesExtendedLength } from '../iso7816/card-capabilities.js';
import { isRemoval } from '../pcsc/pcsc-error.js';
import type { Readers } from '../pcsc/readers.js';
import { findApplications, type CardApplications } from './card-applications.js';
import { fidoTransportsOf } from './fido-transports.js';
import { recognizeCard } from './foreign-card.js';
import { identify, identifyAgain, type Place } from './identify.js';
import type { UsbAuthenticators } from './usb-authenticators.js';

/** The connection to a card, with the applications and the facts of the card. */
export interface IdentifiedCard {
  readonly connection: CardConnection;
  readonly applications: CardApplications;
  readonly info: DeviceInfo;
  /** Closes the authenticator on USB HID, if one is open, resets the card and releases it. */
  readonly close: () => Promise<void>;
}

export interface IdentifyOptions extends TakeOptions {
  /** Finds FIDO2 applications that cannot be reached through the reader. */
  readonly usb?: UsbAuthenticators | undefined;
}

const MAX_ATTEMPTS = 4;
/**
 * Number of attempts that use extended lengths and look for FIDO2 through the reader. Later attempts do not, because a driver that cannot handle
 * these may report the card as gone.
 */
const EXTENDED_ATTEMPTS = 2;
/** Milliseconds to wait for the end of a reset. PC/SC has no event for this. */
const RESET_TIME = 150;

/**
 * Takes the card of a reader and identifies it.
 *
 * A program that releases a card resets it. Until the reset is done, PC/SC reports the card to the next program as removed or reset (measured). So
 * the card is taken again after these errors if the same card is still in the reader. The card is also taken again if the FIDO2 application made the
 * connection unusable, and FIDO2 is then not looked for through the reader. There are at most `MAX_ATTEMPTS` attempts.
 *
 * @param known the facts that were read since the card was inserted, which save some commands; undefined if no facts were read
 * @throws CardwrightError `NO_APPLICATION`, whose cause is a `ForeignCard` if the card was recognised; `CANCELLED`, and the errors to which PC/SC
 *   return codes and the card's answers are mapped
 */
export async function takeAndIdentify(
  readers: Readers,
  place: Place,
  options: IdentifyOptions,
  known?: DeviceInfo,
): Promise<IdentifiedCard> {
  let mayAskFido = true;
  for (let attempt = 1; ; attempt += 1) {
    const isCareful = attempt > EXTENDED_ATTEMPTS;
    const fido = { hasFailed: false };
    try {
      return await attemptOnce(readers, place, options, {
        known,
        mayExtend: !isCareful,
        onFidoFailure: isCareful || !mayAskFido ? null : () => void (fido.hasFailed = true),
      });
    } catch (error) {
      const isDisturbed = isCardwrightError(error, 'CARD_RESET') || isRemoval(error);
      // While an APDU to the card is unanswered, the card cannot be taken again.
      const isFault = fido.hasFailed && !readers.isPending(place.reader);
      if (!(isDisturbed || isFault) || attempt === MAX_ATTEMPTS || (await missingFrom(readers, place))) throw error;
      if (isFault) mayAskFido = false;
    }
    await pause(readers.clock, RESET_TIME);
  }
}

/**
 * Returns `READER_REMOVED` if the reader of a place is missing. Returns `CARD_REMOVED` if the card has left the reader since this insertion, even if
 * a card is in the reader again. Returns null if the card was not removed.
 */
export async function missingFrom(readers: Readers, place: Place): Promise<'CARD_REMOVED' | 'READER_REMOVED' | null> {
  const state = (await readers.list()).find(({ name }) => name === place.reader);
  if (!state) return 'READER_REMOVED';
  return state.card?.insertion === place.card.insertion ? null : 'CARD_REMOVED';
}

/**
 * Returns the card that is in a reader now.
 *
 * @throws CardwrightError `CARD_REMOVED`, `READER_REMOVED`
 */
export async function placeIn(readers: Readers, reader: string): Promise<Place> {
  const state = (await readers.list()).find(({ name }) => name === reader);
  if (!state) throw new CardwrightError('READER_REMOVED');
  if (!state.card) throw new CardwrightError('CARD_REMOVED');
  return { reader, card: state.card };
}

interface Attempt {
  readonly known: DeviceInfo | undefined;
  readonly mayExtend: boolean;
  /** Called when the FIDO2 application made the connection unusable; null to skip FIDO2 in the reader. */
  readonly onFidoFailure: (() => void) | null;
}

async function attemptOnce(
  readers: Readers,
  place: Place,
  options: IdentifyOptions,
  { known, mayExtend, onFidoFailure }: Attempt,
): Promise<IdentifiedCard> {
  const { clock } = readers;
  const connection = await CardConnection.take(
    (mode) => readers.connect(place.reader, mode),
    options,
    clock,
    readers.watch(place.reader),
  );
  const transports = fidoTransportsOf(place);
  const { usb, signal } = options;
  const close = async (): Promise<void> => {
    await usb?.release(place.reader);
    await connection.close();
  };
  const takeUsb = async (): Promise<Authenticator | null> => {
    const names = usb ? (await readers.list()).map(({ name }) => name) : [];
    return usb ? usb.take(place.reader, names, signal) : null;
  };
  const find = (seen?: DeviceInfo): Promise<CardApplications> =>
    findApplications(connection, {
      lengths: {
        // Extended lengths over T=0 would need ENVELOPE (ISO/IEC 7816-3, 12.2).
        extendedLength: connection.protocol === 'T=1' && mayExtend,
        announced: announcesExtendedLength(place.card.atr),
        atr: place.card.atr,
      },
      known: seen,
      fido: onFidoFailure && { clock, transports, onFailure: onFidoFailure },
      takeUsb,
    });
  try {
    if (signal) connection.abortOn(signal);
    return { connection, close, ...(await identifyWith(find, place, known)) };
  } catch (error) {
    try {
      const cause = isCardwrightError(error, 'NO_APPLICATION') ? await recognizeCard(connection) : undefined;
      throw cause ? new CardwrightError('NO_APPLICATION', {}, { cause }) : error;
    } finally {
      await close();
    }
  }
}

async function identifyWith(
  find: (known?: DeviceInfo) => Promise<CardApplications>,
  place: Place,
  known: DeviceInfo | undefined,
): Promise<Omit<IdentifiedCard, 'connection' | 'close'>> {
  if (known) {
    const applications = await find(known);
    const info = await identifyAgain(applications, place, known);
    if (info) return { applications, info };
  }
  const applications = await find();
  if (!applications.piv && !applications.fido) throw new CardwrightError('NO_APPLICATION');
  return { applications, info: await identify(applications, place) };
}
