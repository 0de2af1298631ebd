import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { SecretReference } from '@cardwright/protocol/command-definitions';
import type { FidoPinRules, PinRules } from '@cardwright/protocol/devices';
import { fidoPinOf } from '../applets/fido2/fido-pin.js';
import type { OpenDevice } from '../devices/open-device.js';
import { brokenFidoPinRule, intersectFidoPinRules, intersectPinRules, pinRulesForBoth } from '../devices/pin-rules.js';
import type { CommandContext } from '../server/handlers.js';
import { setNewPin } from './new-pin.js';
import { gatherSecrets } from './secrets.js';

/** The source of the FIDO PIN, and how the user is asked for it. */
export interface FidoPinQuestion {
  readonly reference: SecretReference;
  /** Set when the window lets the user say that the PIN is forgotten. */
  readonly mayForget?: boolean;
}

/**
 * Gets the FIDO PIN and passes it to `use`. If `use` succeeds, remembers the PIN, so that later commands can use the PIN without a question.
 * Forgets the PIN if the device reports it as wrong.
 *
 * @throws CardwrightError `FIDO_PIN_MISSING`, `FIDO_PIN_BLOCKED` or `FIDO_PIN_PAUSED`, all before the user is asked; the errors of
 * `gatherSecrets` and `use`
 */
export async function withFidoPin<T>(
  device: OpenDevice,
  context: CommandContext,
  { reference, mayForget = false }: FidoPinQuestion,
  use: (pin: Uint8Array) => Promise<T>,
): Promise<T> {
  const retriesLeft = await usableTries(device);
  const rules = intersectPinRules(null, device.model);
  const options = { rules, retriesLeft, problem: null, mayForget };
  const { fidoPin } = await gatherSecrets({ fidoPin: reference }, device, context, options);
  const pin = normalised(fidoPin);
  try {
    const result = await use(Uint8Array.from(pin));
    device.rememberFidoPin(pin);
    return result;
  } catch (error) {
    if (isCardwrightError(error, 'FIDO_PIN_INCORRECT')) device.rememberFidoPin(undefined);
    throw error;
  } finally {
    pin.fill(0);
  }
}

/** A command's order for the first FIDO PIN. */
export interface FirstFidoPin {
  /** The rules of the CMS; null if it has none. */
  readonly rules: FidoPinRules | null;
  /** The rules of the CMS for the device PIN that the user chooses later; absent if the user chooses none. */
  readonly devicePinRules?: PinRules;
  readonly reference: SecretReference;
}

/**
 * Lets the user choose the first FIDO PIN, and sets it. Asks again as `setNewPin` does. The window says which PIN can be the device PIN too.
 *
 * @throws CardwrightError `PIN_RULES_CONFLICT` when no PIN can satisfy all rules of one of the two PINs, and the errors of `setNewPin`
 */
export async function chooseFidoPin(
  device: OpenDevice,
  context: CommandContext,
  { rules: asked, devicePinRules, reference }: FirstFidoPin,
): Promise<void> {
  const fidoRules = fidoRulesOf(device, asked, context);
  const administrator = devicePinRules && context.session.peer.policy.pinRules;
  const rules = intersectPinRules(devicePinRules ?? null, device.model, administrator);
  const suitsBoth = devicePinRules ? pinRulesForBoth(rules, fidoRules) : null;
  await setNewPin({
    gather: async ({ problem, mayAskAgain }) => {
      const options = { rules, fidoRules, suitsBoth, retriesLeft: null, problem: problem?.code ?? null, mayAskAgain };
      const { newFidoPin } = await gatherSecrets({ newFidoPin: reference }, device, context, options);
      return normalised(newFidoPin);
    },
    brokenRule: (newPin) => brokenFidoPinRule(newPin, fidoRules),
    set: (newPin) => setAndRemember(device, newPin, (copy) => device.fido.setPin(copy)),
  });
}

/** Replaces the FIDO PIN. The current and the new PIN come from the sources in `references`. Asks again as `setNewPin` does. */
export async function changeFidoPin(
  device: OpenDevice,
  context: CommandContext,
  asked: FidoPinRules | null,
  references: Readonly<Record<'fidoPin' | 'newFidoPin', SecretReference>>,
): Promise<void> {
  const fidoRules = fidoRulesOf(device, asked, context);
  const rules = intersectPinRules(null, device.model);
  const tries = await usableTries(device);
  const retriesLeft = references.fidoPin.source === 'user' ? tries : null;
  await setNewPin({
    gather: async ({ problem, mayAskAgain }) => {
      const options = { rules, fidoRules, retriesLeft, problem: problem?.code ?? null, mayAskAgain };
      const { fidoPin, newFidoPin } = await gatherSecrets(references, device, context, options);
      return { pin: normalised(fidoPin), newPin: normalised(newFidoPin) };
    },
    brokenRule: ({ pin, newPin }) => brokenFidoPinRule(newPin, fidoRules, pin),
    set: ({ pin, newPin }) => setAndRemember(device, newPin, (copy) => device.fido.changePin(pin, copy)),
  });
}

async function setAndRemember(
  device: OpenDevice,
  newPin: Uint8Array,
  set: (copy: Uint8Array) => Promise<void>,
): Promise<void> {
  await set(Uint8Array.from(newPin));
  device.rememberFidoPin(newPin);
  newPin.fill(0);
}

/**
 * Reads the remaining tries of the FIDO PIN.
 *
 * @throws CardwrightError `FIDO_PIN_MISSING`, `FIDO_PIN_BLOCKED`, `FIDO_PIN_PAUSED`
 */
async function usableTries({ fido }: OpenDevice): Promise<number> {
  const retries = await fido.pinRetries();
  if (retries === null) throw new CardwrightError('FIDO_PIN_MISSING');
  if (retries.retriesLeft === 0) throw new CardwrightError('FIDO_PIN_BLOCKED');
  if (retries.needsPowerCycle) throw new CardwrightError('FIDO_PIN_PAUSED');
  return retries.retriesLeft;
}

const fidoRulesOf = ({ fido }: OpenDevice, asked: FidoPinRules | null, { session }: CommandContext): FidoPinRules =>
  intersectFidoPinRules(asked, fido.facts(), fido.info.maxPinLength, session.peer.policy.pinRules);

/** Returns a UTF-8 PIN in Unicode Normalization Form C (CTAP 2.1, 6.5.1). Zeroes `typed`. */
function normalised(typed: Uint8Array): Uint8Array {
  const pin = fidoPinOf(new TextDecoder().decode(typed));
  typed.fill(0);
  return pin;
}
