import { isCardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
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
  /**
   * Serial number in decimal digits: read from PIV if the card has PIV, and from Yubico's management application if the card has FIDO2 alone. Null if
   * no serial number could be read.
   */
  readonly serial: string | null;
}

export interface FindOptions {
  readonly lengths: LengthOptions;
  /**
   * The facts that were read from the card since it was inserted; undefined if no facts were read. An application that these facts do not list is not
   * searched for.
   */
  readonly known: DeviceInfo | undefined;
  /** Options of the search for FIDO2; null to skip the search in the reader. */
  readonly fido: FidoOptions | null;
  /**
   * Opens the FIDO2 application of the same device over USB HID. Resolves with null if this is not possible. Called if FIDO2 was not opened through
   * the reader, and `known` is undefined or lists FIDO2.
   */
  readonly takeUsb: () => Promise<Authenticator | null>;
}

export interface FidoOptions {
  readonly clock: Clock;
  /** Transports of the authenticator, by their names in WebAuthn (5.8.4). */
  readonly transports: readonly string[];
  /** Called when the FIDO2 application made the connection unusable: the card became mute, or PC/SC reported an error that has no code of its own. */
  readonly onFailure: () => void;
}

/** Milliseconds to wait for each answer of a FIDO2 application while it is being searched for. */
const FIDO_LOOK_TIME = 1_500;

/** Finds the applications of a card by selecting each in turn. PIV is selected after FIDO2 and stays selected, because most commands are for PIV. */
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
 * Opens the FIDO2 application of a card. Returns null if the card has no FIDO2 application, or if its FIDO2 application cannot be used. A FIDO2
 * application that sends wrong answers, or that Windows reserves for administrators, must not make PIV unusable.
 *
 * @throws CardwrightError `CANCELLED`, and any error that made the connection unusable
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

/**
 * Transmits an APDU to the FIDO2 application. A cancellation, or a request for an answer, is sent even after the command was aborted, so that the
 * authenticator stops waiting for its user.
 */
function sendCtap(card: CardConnection, apdu: Uint8Array, answerTime: number | undefined): Promise<Uint8Array> {
  const { ins } = decodeCommand(apdu);
  const isLater = ins === NFCCTAP.POLL.ins || ins === INS_GET_RESPONSE;
  return isLater ? card.transmitAfterAbort(apdu, answerTime) : card.transmit(apdu, answerTime);
}

/** Opens the PIV application of a card. Returns null if the card has no such application. */
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
