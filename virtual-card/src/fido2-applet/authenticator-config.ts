import type { Context } from './authenticator-context.js';
import { encodeCbor } from './cbor.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import { MAX_RP_IDS_FOR_MIN_PIN_LENGTH } from './get-info.js';
import { Parameters } from './parameters.js';
import { Permission } from './pin-token.js';

/** Parameters of authenticatorConfig (CTAP 2.1, 6.11). */
const Key = { subCommand: 0x01, subCommandParams: 0x02, protocol: 0x03, code: 0x04 } as const;
const SubParameter = { newMinPinLength: 0x01, minPinLengthRpIds: 0x02, forceChangePin: 0x03 } as const;
const COMMAND = 0x0d;
const ONES = Buffer.alloc(32, 0xff);

type SubCommand = (context: Context, parameters: Parameters | undefined) => void;

const subCommands: ReadonlyMap<number, SubCommand> = new Map<number, SubCommand>([
  [0x01, enableEnterpriseAttestation],
  [0x02, toggleAlwaysUv],
  [0x03, setMinPinLength],
]);

/** Executes authenticatorConfig (CTAP 2.1, 6.11). Needs a PIN token if a PIN is set or user verification is always required. */
export function authenticatorConfig(context: Context, bytes: Buffer): undefined {
  const { pins, fido } = context;
  const parameters = Parameters.parse(bytes);
  const number = parameters.number(Key.subCommand);
  const subCommand = subCommands.get(number);
  if (!subCommand) throw new CtapError(CtapStatus.invalidSubcommand, 'no such subcommand');
  const subParameters = parameters.optionalWithin(Key.subCommandParams);
  if (pins.pin.hash || fido.alwaysUv) {
    if (!parameters.has(Key.code)) throw new CtapError(CtapStatus.puatRequired, 'PIN needed');
    const sent = subParameters ? [encodeCbor(subParameters.map)] : [];
    const message = Buffer.concat([ONES, Buffer.of(COMMAND, number), ...sent]);
    pins.authenticate(parameters, Key, message).require(Permission.authenticatorConfiguration);
  }
  subCommand(context, subParameters);
}

function enableEnterpriseAttestation({ fido, profile }: Context): void {
  if (!profile.enterpriseAttestation) throw new CtapError(CtapStatus.invalidSubcommand, 'no enterprise attestation');
  fido.enterpriseAttestation = true;
}

function toggleAlwaysUv({ fido }: Context): void {
  fido.alwaysUv = !fido.alwaysUv;
}

/** Executes setMinPINLength (CTAP 2.1, 6.11.4). The minimum length cannot be reduced. */
function setMinPinLength(context: Context, parameters: Parameters | undefined): void {
  const { fido, pins } = context;
  const wanted = parameters?.optionalNumber(SubParameter.newMinPinLength) ?? pins.minPinLength;
  const rpIds = parameters?.optionalTexts(SubParameter.minPinLengthRpIds) ?? fido.minPinLengthRpIds;
  const forces = parameters?.boolean(SubParameter.forceChangePin) ?? false;
  if (wanted < pins.minPinLength || wanted > pins.pin.mostBytes) {
    throw new CtapError(CtapStatus.pinPolicyViolation, 'shorter than before, or longer than any PIN');
  }
  if (forces && !pins.pin.hash) throw new CtapError(CtapStatus.pinNotSet, 'no PIN to change');
  if (rpIds.length > MAX_RP_IDS_FOR_MIN_PIN_LENGTH) throw new CtapError(CtapStatus.keyStoreFull, 'too many');
  fido.minPinLength = wanted;
  fido.minPinLengthRpIds = rpIds;
  if (pins.pin.hash && (forces || pins.pin.codePoints < wanted)) fido.pinToChange = pins.pin.hash;
  if (pins.mustChange) pins.endToken();
}
