import {
  DEVICE_MODELS,
  FIDO_PIN_LENGTH,
  LOG_LEVELS,
  LOWEST_MINIMUM,
  PIV_PIN_LENGTH,
  isProductVersion,
  readHelpDesk,
  type AdministratorPinRules,
  type DeviceModel,
  type HelpDesk,
  type LogLevel,
} from '@cardwright/protocol';
import { asItIs, defineSetting, entriesOf, isOneOf, membersOf, type NoteUnreadable, type Setting } from './setting.js';

/** What the administrator says of the computer, whatever the site. */

export const support = defineSetting<HelpDesk>({
  title: 'Help desk that the extension shows beside errors',
  description: 'What is not valid is left out: addresses are https.',
  schema: {
    type: 'object',
    properties: {
      name: { title: 'Name, such as IT Service Desk', type: 'string' },
      phone: { title: 'Phone number', type: 'string' },
      email: { title: 'E-mail address', type: 'string' },
      url: { title: 'Page of the help desk', type: 'string' },
      extension: { title: 'Where users get the extension', type: 'string' },
      windows: { title: 'Where users get Cardwright for Windows', type: 'string' },
      macos: { title: 'Where users get Cardwright for macOS', type: 'string' },
      linux: { title: 'Where users get Cardwright for Linux', type: 'string' },
    },
  },
  absent: {},
  read(value, unreadable) {
    const desk = readHelpDesk(value);
    const members = membersOf(value);
    if (members === null) unreadable();
    for (const [name] of members ?? []) if (!Object.hasOwn(desk, name)) unreadable(name);
    return desk;
  },
  describe: asItIs,
});

export const allowedDevices = defineSetting<readonly DeviceModel[] | null>({
  title: 'Models of devices that may be used',
  description:
    'Models as device policies name them: yubikey, piv, fido2. Without it, all; a device of another model is shown and cannot be opened.',
  schema: { type: 'array', items: { type: 'string', enum: DEVICE_MODELS } },
  absent: null,
  read(value, unreadable) {
    const entries = entriesOf(value);
    if (entries === null) unreadable();
    for (const [index, entry] of (entries ?? []).entries()) if (!isOneOf(DEVICE_MODELS, entry)) unreadable(index);
    return DEVICE_MODELS.filter((model) => entries?.includes(model));
  },
  describe: asItIs,
});

/** The strictest that people can still follow: for what cannot be read. */
const STRICT_LENGTH = PIV_PIN_LENGTH.max;

export const pinRules = defineSetting<AdministratorPinRules | null>({
  title: 'Rules for new PINs, besides those of site and device',
  description: "The stricter rule holds. They apply to PINs that a user chooses in the extension's windows.",
  schema: {
    type: 'object',
    properties: {
      minLength: {
        title: `Fewest characters of a PIV PIN, ${LOWEST_MINIMUM} to ${PIV_PIN_LENGTH.max}`,
        type: 'integer',
        minimum: LOWEST_MINIMUM,
        maximum: PIV_PIN_LENGTH.max,
      },
      fidoMinLength: {
        title: `Fewest characters of a FIDO PIN, ${LOWEST_MINIMUM} to ${FIDO_PIN_LENGTH.max}`,
        type: 'integer',
        minimum: LOWEST_MINIMUM,
        maximum: FIDO_PIN_LENGTH.max,
      },
      digitsOnly: { title: 'Whether a PIV PIN must be digits alone', type: 'boolean' },
      forbidTrivial: {
        title: 'Whether one repeated character, and runs such as 123456, are refused',
        type: 'boolean',
      },
    },
  },
  absent: null,
  read(value, unreadable) {
    const members = membersOf(value);
    if (members === null) {
      unreadable();
      return { minLength: STRICT_LENGTH, fidoMinLength: STRICT_LENGTH, digitsOnly: true, forbidTrivial: true };
    }
    const given: Readonly<Record<string, unknown>> = Object.fromEntries(members);
    const length = (name: string, most: number): number => readLength(given[name], most, () => unreadable(name));
    const flag = (name: string): boolean => readFlag(given[name], () => unreadable(name));
    return {
      minLength: length('minLength', PIV_PIN_LENGTH.max),
      fidoMinLength: length('fidoMinLength', FIDO_PIN_LENGTH.max),
      digitsOnly: flag('digitsOnly'),
      forbidTrivial: flag('forbidTrivial'),
    };
  },
  describe: asItIs,
});

function readLength(value: unknown, most: number, unreadable: NoteUnreadable): number {
  if (value === undefined) return LOWEST_MINIMUM;
  if (typeof value === 'number' && Number.isInteger(value) && value >= LOWEST_MINIMUM && value <= most) return value;
  unreadable();
  return typeof value === 'number' && value > most ? most : STRICT_LENGTH;
}

function readFlag(value: unknown, unreadable: NoteUnreadable): boolean {
  if (value !== undefined && typeof value !== 'boolean') unreadable();
  return value !== undefined && value !== false;
}

/** A version that is at least to be there; what cannot be read is one that no product has. */
const minimumVersion = (of: string): Setting<string | null> =>
  defineSetting<string | null>({
    title: `Oldest version of the ${of} that may be used`,
    description: 'Such as 1.2.0. Users of an older one are told where to get a newer one.',
    schema: { type: 'string' },
    absent: null,
    read(value, unreadable) {
      if (typeof value === 'string' && isProductVersion(value)) return value;
      unreadable();
      return 'not readable';
    },
    describe: asItIs,
  });

export const minimumExtensionVersion = minimumVersion('extension');
export const minimumHostVersion = minimumVersion('host');

export const logLevel = defineSetting<LogLevel | null>({
  title: "What the host's log keeps",
  description: "Lines of this level and of those before it. The host's own file of the computer comes first.",
  schema: { type: 'string', enum: LOG_LEVELS },
  absent: null,
  read(value, unreadable) {
    if (isOneOf(LOG_LEVELS, value)) return value;
    unreadable();
    return 'off';
  },
  describe: asItIs,
});
