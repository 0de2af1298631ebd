import { isCardwrightError, type DeviceInfo } from '@cardwright/protocol';
import { Authenticator } from '../applets/fido2/authenticator.js';
import { FIDO_AID } from '../applets/fido2/nfc-ctap.js';
import { NFCCTAP } from '../applets/fido2/nfc-instructions.js';
import { MANAGEMENT_AID, readManagementSerial } from '../applets/management.js';
import { PIV_AID } from '../applets/piv/objects.js';
import { PivSession, type LengthOptions } from '../applets/piv/piv-session.js';
import type { Clock } from '../clock.js';
import { decodeCommand } from '../iso7816/apdu.js';
import { INS_GET_RESPONSE } from '../iso7816/exchange.js';
import type { CardConnection } from '../pcsc/card-connection.js';
import { SelectedApplication } from './selected-application.js';

/** The applications of one card that this host can use. */
export interface CardApplications {
  readonly piv: PivSession | null;
  readonly fido: Authenticator | null;
  /** Decimal serial number, where one of them tells it. */
  readonly serial: string | null;
}

export interface FindOptions {
  readonly lengths: LengthOptions;
  /** What was seen of this insertion before: what it lacked is not looked for again. */
  readonly known: DeviceInfo | undefined;
  /** How FIDO2 is looked for; null: it is not. */
  readonly fido: FidoOptions | null;
  /** Opens the authenticator over USB HID, where it is reached in that way alone. */
  readonly takeUsb: () => Promise<Authenticator | null>;
}

export interface FidoOptions {
  readonly clock: Clock;
  /** Over what it is reached, in the words of WebAuthn (5.8.4). */
  readonly transports: readonly string[];
  /** Told when it ended the connection: it gave no answer, or none that its reader understood. */
  readonly onFailure: () => void;
}

/** Milliseconds in which a FIDO application says what it is. */
const FIDO_LOOK_TIME = 1_500;

/** Selects the applications of a card in turn. PIV is the last, because most commands are for it. */
export async function findApplications(card: CardConnection, options: FindOptions): Promise<CardApplications> {
  const { lengths, known } = options;
  const selected = new SelectedApplication(card);
  const mayHave = (application: 'piv' | 'fido2'): boolean => known?.applications.includes(application) ?? true;
  const fidoOnCard = options.fido && mayHave('fido2') ? await findFido(card, selected, lengths, options.fido) : null;
  const fido = fidoOnCard ?? (mayHave('fido2') ? await options.takeUsb() : null);
  const piv = mayHave('piv') ? await findPiv(selected, lengths) : null;
  const serial = piv ? piv.serial : fido && (await readManagementSerial(selected.channelTo(MANAGEMENT_AID)));
  return { piv, fido, serial };
}

/**
 * Null where the card has no FIDO2, and also where it cannot be used: an application that answers oddly, or that Windows keeps for
 * administrators, does not take PIV away.
 */
async function findFido(
  card: CardConnection,
  selected: SelectedApplication,
  { extendedLength }: LengthOptions,
  { clock, transports, onFailure }: FidoOptions,
): Promise<Authenticator | null> {
  let isLooking = true;
  const channel = selected.channelTo(FIDO_AID, {
    card: { transmit: (apdu, answerTime) => sendCtap(card, apdu, isLooking ? FIDO_LOOK_TIME : answerTime) },
  });
  try {
    return await Authenticator.overPcsc(channel, { clock, extendedLength, transports });
  } catch (error) {
    if (card.isUsable && !isCardwrightError(error, 'CANCELLED')) return null;
    if (isCardwrightError(error, 'CARD_MUTE') || isCardwrightError(error, 'PCSC_ERROR')) onFailure();
    throw error;
  } finally {
    isLooking = false;
  }
}

/** What ends a message, or fetches its answer, is sent after an abort as well: else the authenticator would wait for its user. */
function sendCtap(card: CardConnection, apdu: Uint8Array, answerTime: number | undefined): Promise<Uint8Array> {
  const { ins } = decodeCommand(apdu);
  const isLater = ins === NFCCTAP.POLL.ins || ins === INS_GET_RESPONSE;
  return isLater ? card.transmitAfterAbort(apdu, answerTime) : card.transmit(apdu, answerTime);
}

/** Null where the card has no PIV. */
async function findPiv(selected: SelectedApplication, lengths: LengthOptions): Promise<PivSession | null> {
  let piv: PivSession | null = null;
  const channel = selected.channelTo(PIV_AID, { onDeselected: () => piv?.deselected() });
  try {
    piv = await PivSession.select(channel, lengths);
  } catch (error) {
    if (!isCardwrightError(error, 'NO_APPLICATION')) throw error;
  }
  return piv;
}
