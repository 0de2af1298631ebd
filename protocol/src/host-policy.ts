import * as v from 'valibot';
import { FIDO_PIN_LENGTH, LOWEST_MINIMUM, PIV_PIN_LENGTH } from './piv-rules.js';
import { between, described } from './schema.js';

/** Requirements that an administrator sets for the host, through the extension's policy. */

/** Models of devices, as policies name them. */
export const DEVICE_MODELS = ['yubikey', 'compatible', 'piv', 'fido2'] as const;
export type DeviceModel = (typeof DEVICE_MODELS)[number];

/** Levels of a log. At each level, a log has the lines of that level and of the levels before it. At `off`, it has no lines. */
export const LOG_LEVELS = ['off', 'error', 'warn', 'info'] as const;
export const logLevel = v.picklist(LOG_LEVELS);
export type LogLevel = v.InferOutput<typeof logLevel>;

/** Rules for PINs that a user chooses, in addition to the rules of the CMS and of the device. */
export const administratorPinRules = v.strictObject({
  minLength: described(between(LOWEST_MINIMUM, PIV_PIN_LENGTH.max), 'Of a PIV PIN, in bytes.'),
  fidoMinLength: described(between(LOWEST_MINIMUM, FIDO_PIN_LENGTH.max), 'Of a FIDO PIN, in Unicode code points.'),
  digitsOnly: described(v.boolean(), 'Of a PIV PIN.'),
  forbidTrivial: described(v.boolean(), 'Of both; as in `PinRules`.'),
});
export type AdministratorPinRules = v.InferOutput<typeof administratorPinRules>;

/** The administrator's policy, as the extension passes it to the host. */
export const hostPolicy = v.strictObject({
  allowedDevices: described(
    v.nullable(v.pipe(v.array(v.picklist(DEVICE_MODELS)), v.maxLength(DEVICE_MODELS.length))),
    'Models of devices that may be opened. Null: all; empty: none.',
  ),
  pinRules: described(v.nullable(administratorPinRules), 'The stricter of these and all other rules holds.'),
  logLevel: described(v.nullable(logLevel), "For the host's log. The host's own policy file comes first."),
});
export type HostPolicy = v.InferOutput<typeof hostPolicy>;

/** Capability that a host lists if it obeys `hostPolicy`. */
export const POLICY_CAPABILITY = 'policy';
