import { isCardwrightError, type DeviceInfo } from '@cardwright/protocol';
import { PivSession } from '../applets/piv/piv-session.js';
import { pause } from '../clock.js';
import { CardConnection, type TakeOptions } from '../pcsc/card-connection.js';
import { isReaderError } from '../pcsc/pcsc-error.js';
import type { Readers } from '../pcsc/readers.js';
import { identify, type Place } from './identify.js';

/** A card that is held, its PIV application selected, and what it is. */
export interface IdentifiedCard {
  readonly connection: CardConnection;
  readonly piv: PivSession;
  readonly info: DeviceInfo;
}

const MAX_ATTEMPTS = 4;
/** Milliseconds in which a reset ends; PC/SC has no event for it. */
const RESET_TIME = 150;

/**
 * Takes the card of a reader and asks what it is. A program that lets the card go resets it, and until that is done PC/SC
 * reports it as removed or reset to whoever comes next (measured); so that is believed only when the reader is empty.
 *
 * @throws CardwrightError `DEVICE_BUSY`, `CARD_REMOVED`, `CARD_MUTE`, `NO_APPLICATION`, `PCSC_UNAVAILABLE`, `CANCELLED`
 */
export async function takeAndIdentify(readers: Readers, place: Place, options: TakeOptions): Promise<IdentifiedCard> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(readers, place, options);
    } catch (error) {
      const wasReset = isCardwrightError(error, 'NOT_AUTHENTICATED') && isReaderError(error);
      const isDisturbed = wasReset || isCardwrightError(error, 'CARD_REMOVED');
      if (!isDisturbed || attempt === MAX_ATTEMPTS || !(await isThere(readers, place))) throw error;
    }
    await pause(readers.clock, RESET_TIME);
  }
}

/** Whether the same card has been in its reader all the time. */
export async function isThere(readers: Readers, place: Place): Promise<boolean> {
  const states = await readers.list();
  return states.some(({ name, card }) => name === place.reader && card?.insertion === place.card.insertion);
}

async function attemptOnce(readers: Readers, place: Place, options: TakeOptions): Promise<IdentifiedCard> {
  const connection = await CardConnection.take(() => readers.connect(place.reader), options, readers.clock);
  try {
    if (options.signal) connection.abortOn(options.signal);
    const piv = await PivSession.select(connection, { extendedLength: connection.protocol === 'T=1' });
    return { connection, piv, info: await identify(piv, place) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
