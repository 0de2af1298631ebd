import { isCardwrightError, type DeviceInfo } from '@cardwright/protocol';
import { PIV_AID } from '../applets/piv/objects.js';
import { PivSession, type LengthOptions } from '../applets/piv/piv-session.js';
import type { ApduChannel } from '../iso7816/exchange.js';
import { readManagementSerial } from './management-serial.js';
import { SelectedApplication } from './selected-application.js';

/** The applications of one card that this host can use. */
export interface CardApplications {
  readonly piv: PivSession | null;
  /** Decimal serial number, where one of them tells it. */
  readonly serial: string | null;
}

export interface FindOptions {
  readonly lengths: LengthOptions;
  /** What was seen of this insertion before: what it lacked is not looked for again. */
  readonly known?: DeviceInfo;
}

/** Selects the applications of a card in turn. PIV is the last, because most commands are for it. */
export async function findApplications(card: ApduChannel, { lengths, known }: FindOptions): Promise<CardApplications> {
  const selected = new SelectedApplication(card);
  const mayHavePiv = known === undefined || known.applications.includes('piv');
  const piv = mayHavePiv ? await findPiv(selected, lengths) : null;
  return { piv, serial: piv ? piv.serial : await readManagementSerial(selected) };
}

/** Null where the card has no PIV. */
async function findPiv(selected: SelectedApplication, lengths: LengthOptions): Promise<PivSession | null> {
  let piv: PivSession | null = null;
  const channel = selected.channelTo(PIV_AID, () => piv?.deselected());
  try {
    piv = await PivSession.select(channel, lengths);
  } catch (error) {
    if (!isCardwrightError(error, 'NO_APPLICATION')) throw error;
  }
  return piv;
}
