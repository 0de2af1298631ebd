import { readHelpDesk, type HelpDesk } from '../help-desk.js';
import {
  DEVICE_MODELS,
  LOG_LEVELS,
  type AdministratorPinRules,
  type DeviceModel,
  type LogLevel,
} from '../host-policy.js';
import { FIDO_PIN_LENGTH, LOWEST_MINIMUM, PIV_PIN_LENGTH } from '../piv-rules.js';
import { isProductVersion } from '../product-version.js';
import { asItIs, defineSetting, entriesOf, isOneOf, membersOf, type NoteUnreadable, type Setting } from './setting.js';

/** The administrator's settings for the computer, whatever the site. */

export const support = defineSetting<HelpDesk>({
  schema: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      phone: { type: 'string' },
      email: { type: 'string' },
      url: { type: 'string' },
      extension: { type: 'string' },
      windows: { type: 'string' },
      macos: { type: 'string' },
      linux: { type: 'string' },
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

/**
 * Minimum length of a PIV or FIDO PIN if the setting is unreadable: the strictest minimum that a PIV PIN can still satisfy. If the setting is
 * a number above its maximum, this maximum applies instead.
 */
const STRICT_LENGTH = PIV_PIN_LENGTH.max;

export const pinRules = defineSetting<AdministratorPinRules | null>({
  schema: {
    type: 'object',
    properties: {
      minLength: {
        type: 'integer',
        minimum: LOWEST_MINIMUM,
        maximum: PIV_PIN_LENGTH.max,
      },
      fidoMinLength: {
        type: 'integer',
        minimum: LOWEST_MINIMUM,
        maximum: FIDO_PIN_LENGTH.max,
      },
      digitsOnly: { type: 'boolean' },
      forbidTrivial: {
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
    const rules = {
      minLength: length('minLength', PIV_PIN_LENGTH.max),
      fidoMinLength: length('fidoMinLength', FIDO_PIN_LENGTH.max),
      digitsOnly: flag('digitsOnly'),
      forbidTrivial: flag('forbidTrivial'),
    };
    for (const [name] of members) if (!Object.hasOwn(rules, name)) unreadable(name);
    return rules;
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

/** Returns a setting with a minimum version. An unreadable version becomes a text that no installed version satisfies. */
const minimumVersion = (): Setting<string | null> =>
  defineSetting<string | null>({
    schema: { type: 'string' },
    absent: null,
    read(value, unreadable) {
      if (typeof value === 'string' && isProductVersion(value)) return value;
      unreadable();
      return 'not readable';
    },
    describe: asItIs,
  });

export const minimumExtensionVersion = minimumVersion();
export const minimumHostVersion = minimumVersion();

export const logLevel = defineSetting<LogLevel | null>({
  schema: { type: 'string', enum: LOG_LEVELS },
  absent: null,
  read(value, unreadable) {
    if (isOneOf(LOG_LEVELS, value)) return value;
    unreadable();
    return 'off';
  },
  describe: asItIs,
});
