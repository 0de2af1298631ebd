import { decodeBytes, isCardwrightError, type CardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { ForeignCard } from '../devices/foreign-card.js';
import { cardUsers } from './card-users.js';
import { defineCheck, failed, passed, skipped, type CheckContext, type Finding } from './check.js';
import { NO_SERVICE } from './smart-card-service.js';

const ID = 'device';

/** Checks which devices are in the readers, and whether they can be opened. */
export const devices = defineCheck({
  id: ID,
  title: 'Cards',
  summary: 'The card in each reader: its kind, and whether it can be opened.',
  audience: 'everyone',
  run(context) {
    const { look } = context;
    if ('error' in look) return [skipped(ID, NO_SERVICE)];
    const { readers, devices: present } = look.listing;
    if (readers.length === 0) return [skipped(ID, 'there is no reader')];
    if (present.length === 0) return [failed(ID, 'DEVICE_NOT_FOUND', 'no reader has a card in it', INSERT)];
    return present.map((device) => findingOf(device, context));
  },
});

const INSERT = 'Put the card into the reader, the right way round, or plug the security key in.';

function findingOf(device: DeviceInfo, context: CheckContext): Finding {
  const name = nameOf(device);
  const trouble = context.inventory.troubleIn(device.reader);
  switch (device.state) {
    case 'ready':
      return passed(ID, name);
    case 'held':
      return held(name, context);
    case 'unresponsive':
      return failed(ID, trouble?.code ?? 'CARD_MUTE', `${name}${inWords(trouble)}`);
    case 'contact-needed':
      return failed(ID, 'CONTACT_NEEDED', name);
    case 'no-application':
      return trouble
        ? failed(ID, trouble.code, `${name}${inWords(trouble)}`)
        : unusable(name, context.inventory.foreignIn(device.reader));
  }
}

/**
 * Builds the finding of a card without PIV and FIDO2. If the kind of card was recognised, the remedy is more precise than the general remedy of
 * the error code.
 */
function unusable(name: string, card: ForeignCard | undefined): Finding {
  if (card?.isSwitchedOff)
    return failed(ID, 'NO_APPLICATION', `${name}: PIV and FIDO2 are switched off on it`, SWITCH_ON);
  const detail = `${name}: it has neither PIV nor FIDO2, so it cannot be issued`;
  return failed(ID, 'NO_APPLICATION', detail, ...(card ? [OTHER_CARD] : []));
}

const SWITCH_ON = "Switch PIV or FIDO2 on, with the vendor's tool.";
const OTHER_CARD = 'Use a smart card with PIV, or a security key.';

/** Describes the card by model, firmware, serial number, reader and answer to reset (ISO/IEC 7816-3, 8.2). */
function nameOf({ modelName, firmware, serial, reader, atr }: DeviceInfo): string {
  const parts = [firmware && `firmware ${firmware}`, serial && `serial ${serial}`].filter(Boolean);
  const answer = Buffer.from(decodeBytes(atr)).toString('hex').toUpperCase();
  return `${[modelName, ...parts].join(', ')}, in ${reader}${answer === '' ? '' : `, ATR ${answer}`}`;
}

/** Returns an error's message, with the status word or PC/SC code that an administrator can look up. */
function inWords(error: CardwrightError | undefined): string {
  if (error === undefined) return '';
  if (isCardwrightError(error, 'CARD_ERROR'))
    return `: ${error.message} ${error.data.statusWord} to ${error.data.instruction}.`;
  return `: ${error.message}${isCardwrightError(error, 'PCSC_ERROR') ? ` ${error.data.code}.` : ''}`;
}

/**
 * Builds the finding of a card that another program holds. PC/SC does not tell which program this is, so `doctor` names the programs that use
 * PC/SC. A page learns no names.
 */
function held(name: string, { audience, system }: CheckContext): Finding {
  const programs = audience === 'doctor' ? cardUsers(system) : [];
  if (programs.length === 0) return failed(ID, 'DEVICE_BUSY', name);
  return failed(
    ID,
    'DEVICE_BUSY',
    `${name}; held by, probably: ${programs.join(', ')}`,
    'End that program, or have it release the card.',
  );
}
