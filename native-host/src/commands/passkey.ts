import {
  CardwrightError,
  decodeBytes,
  encodeBytes,
  isCardwrightError,
  type Params,
  type Result,
} from '@cardwright/protocol';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';
import { findCredential } from '../applets/fido2/find-credential.js';
import { provePasskey, type PasskeyProof } from '../applets/fido2/passkey-proof.js';
import { register } from '../applets/fido2/registration.js';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { OpenDevice } from '../devices/open-device.js';
import type { CommandContext, Handlers } from '../server/handlers.js';
import { withFidoPin } from './fido-pin.js';
import { requireRelyingParty } from './relying-party.js';
import { withTemporaryPin } from './temporary-pin.js';

type Order = Params<'fido.createCredential'>;
type Made = Result<'fido.createCredential'>;

/**
 * Registers a passkey on the open device. Either this host registers the passkey, or the browser does, while the device is released to the
 * browser.
 */
export function passkeyHandlers(holder: DeviceHolder) {
  return {
    'fido.createCredential': async (order, context) => {
      await requireRelyingParty({ rpId: order.options.rp.id, origin: order.origin }, context);
      return holder.use(context.signal, async (device) => {
        if (order.pin === 'shared') device.sharesPin = true;
        const { way } = order;
        return way === 'host'
          ? createByHost(holder, device, order, context)
          : createByBrowser(holder, device, { ...order, way }, context);
      });
    },
  } satisfies Handlers;
}

async function createByHost(
  holder: DeviceHolder,
  device: OpenDevice,
  order: Order,
  context: CommandContext,
): Promise<Made> {
  const { options, origin, mayForget, secrets } = order;
  const { signal, onProgress } = context;
  const interaction = { signal, onTouch: () => onProgress('touch') };
  const create = async (pin?: Uint8Array): Promise<Pick<Made, 'registration' | 'proof'>> => {
    const registration = await register(device.fido, { options, origin }, { ...interaction, pin: copyOf(pin) });
    device.madePasskeys.add(registration.id);
    return { registration, proof: await proofOf(device, order, registration, context, pin) };
  };
  await requireNewcomer(device, options, context);
  // If the applications share one PIN, the FIDO PIN is the initial PIN.
  if (order.pin === 'shared') device.rememberFidoPin(device.remembered('pin'));
  const { fidoPin: reference } = secrets;
  const made = reference ? await withFidoPin(device, context, { reference, mayForget }, create) : await create();
  return { ...made, device: holder.publish(device) };
}

/**
 * Refuses a device that contains one of the excluded credentials, before the user is asked for a PIN. If the device cannot tell this now, this
 * function does nothing: the device then checks the credentials when it creates the passkey.
 *
 * @throws CardwrightError `PASSKEY_EXISTS`
 */
async function requireNewcomer(
  { fido }: OpenDevice,
  { rp, excludeCredentials = [] }: Order['options'],
  { signal }: CommandContext,
): Promise<void> {
  if (excludeCredentials.length === 0) return;
  const credentialIds = excludeCredentials.map(({ id }) => decodeBytes(id));
  const found = await unlessUnable(() => findCredential(fido, { rpId: rp.id, credentialIds }, { signal }));
  if (found) throw new CardwrightError('PASSKEY_EXISTS', { credential: encodeBytes(found) });
}

async function createByBrowser(
  holder: DeviceHolder,
  device: OpenDevice,
  order: Order & { readonly way: 'page' | 'window' },
  context: CommandContext,
): Promise<Made> {
  const { way, origin, options } = order;
  const { operation } = context;
  if (operation === null) throw new CardwrightError('STEP_REQUIRED');
  const ask = (temporaryPin: string | null) =>
    context.askUser('user.createPasskey', { way, origin, options, device: device.info, operation, temporaryPin });
  const lending = { signal: context.signal, onWaiting: () => context.onProgress('waiting') };
  const { registration } =
    order.pin === 'shared'
      ? await withTemporaryPin(holder, device, { ...lending, session: context.session, operation }, ask)
      : await holder.whileReleased(device, lending, () => ask(null));
  device.madePasskeys.add(registration.id);
  const proof = await proofOf(device, order, registration, context, device.remembered('fidoPin'));
  return { registration, proof, device: holder.publish(device) };
}

/**
 * Returns a proof that the credential is on the open device, and can be used there. Returns null if no proof is requested, if this host cannot
 * reach the device's FIDO2 application, or if the device signs in none of the `USES` that are tried.
 */
async function proofOf(
  device: OpenDevice,
  { options, proof: challenge, way }: Order,
  { id: credentialId }: RegistrationResponse,
  { signal, onProgress }: CommandContext,
  pin: Uint8Array | undefined,
): Promise<PasskeyProof | null> {
  if (challenge === null || device.info.fido2 === null) return null;
  const request = { rpId: options.rp.id, credentialId, challenge };
  const interaction = { signal, onTouch: () => onProgress('touch') };
  for (const { isTouched, isVerified } of USES) {
    if (isVerified && !pin) continue;
    // The browser may have created the passkey on another device. The user would then touch this device in vain.
    if (isTouched && way !== 'host') continue;
    const use = { ...interaction, pin: isVerified ? copyOf(pin) : undefined };
    const proof = await unlessUnable(() => provePasskey(device.fido, { ...request, isTouched }, use));
    if (proof) return proof;
  }
  return null;
}

/**
 * Ways to use a passkey for a proof, in the order in which they are tried. Some devices reveal a credential only after user verification, and
 * some sign nothing without a touch.
 */
const USES = [
  { isTouched: false, isVerified: false },
  { isTouched: false, isVerified: true },
  { isTouched: true, isVerified: true },
] as const;

/**
 * Returns the result of `sign`. Returns null after an error in `DOES_NOT_SIGN`, which means that the device does not sign now or at all. Throws
 * any other error, such as the error of a removed device.
 */
async function unlessUnable<T>(sign: () => Promise<T | null>): Promise<T | null> {
  try {
    return await sign();
  } catch (error) {
    if (DOES_NOT_SIGN.some((code) => isCardwrightError(error, code))) return null;
    throw error;
  }
}

const DOES_NOT_SIGN = ['AUTHENTICATOR_ERROR', 'NOT_SUPPORTED_BY_DEVICE', 'CARD_ERROR', 'NOT_AUTHENTICATED'] as const;

/** Copies a PIN, because `Authenticator` zeroes the PIN that it receives. */
const copyOf = (pin: Uint8Array | undefined): Uint8Array | undefined => pin && Uint8Array.from(pin);
