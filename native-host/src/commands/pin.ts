import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { SecretReference } from '@cardwright/protocol/command-definitions';
import type { FidoPinRules, PinRules } from '@cardwright/protocol/devices';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { OpenDevice } from '../devices/open-device.js';
import { brokenPinRule, intersectPinRules } from '../devices/pin-rules.js';
import { requireTries, setPinByPuk, verifyNewPin } from '../devices/pin-use.js';
import type { CommandContext, Handlers } from '../server/handlers.js';
import { currentPin } from './current-pin.js';
import { setNewPinOnReader } from './new-pin-on-reader.js';
import { setNewPin } from './new-pin.js';
import { verifyOnReader } from './on-reader.js';
import { gatherSecrets, type SecretReferences } from './secrets.js';

/** Handles the PIN: status, verification, change, and unblocking with the PUK. */
export function pinHandlers(holder: DeviceHolder) {
  return {
    'pin.getStatus': (_params, { signal }) =>
      holder.use(signal, async ({ piv }) => ({ pin: await piv.pins.pinStatus(), puk: await piv.pins.pukStatus() })),

    'pin.verify': async ({ pinpad, secrets }, context) => {
      await holder.use(context.signal, async (device) => {
        if (secrets.pin.source === 'user' && (await verifyOnReader(pinpad, device, context))) return;
        const pin = await currentPin(secrets.pin, device, context);
        await device.piv.pins.verifyPin(pin);
        // Later commands in steps of the CMS refer to this PIN by the source `session`, so that its user types it once.
        if (context.operation !== null) device.rememberPin(pin);
      });
      return {};
    },

    'pin.change': async ({ rules: asked, shared, pinpad: use, secrets }, context) => {
      await holder.use(context.signal, async (device) => {
        const rules = intersectPinRules(rulesOf(asked, context), device.model, context.session.peer.policy.pinRules);
        const retriesLeft = await triesOf(secrets.pin, device);
        const options = { rules, retriesLeft, oldSecret: 'pin' as const, isShared: shared ?? device.sharesPin };
        if (await setNewPinOnReader({ ...options, old: secrets.pin, use }, device, context)) return;
        const { newPin } = await withNewPin(secrets, device, context, options, async (chosen) => {
          await device.piv.pins.changePin(chosen.pin, chosen.newPin);
          await verifyNewPin(device.piv.pins, chosen.newPin);
        });
        device.forgetSecrets();
        rememberNewPin(newPin, device, context);
      });
      return {};
    },

    'pin.unblock': async ({ rules: asked, shared, pinpad: use, secrets }, context) => {
      await holder.use(context.signal, async (device) => {
        const rules = intersectPinRules(rulesOf(asked, context), device.model, context.session.peer.policy.pinRules);
        const { retriesLeft } = requireTries(await device.piv.pins.pukStatus(), 'PUK_BLOCKED');
        const options = { rules, retriesLeft, oldSecret: 'puk' as const, isShared: shared ?? device.sharesPin };
        if (await setNewPinOnReader({ ...options, old: secrets.puk, use }, device, context)) return;
        const { newPin } = await withNewPin(secrets, device, context, options, async ({ puk, newPin }) => {
          await setPinByPuk(device.piv.pins, puk, newPin);
        });
        device.forgetSecrets();
        rememberNewPin(newPin, device, context);
      });
      return {};
    },
  } satisfies Handlers;
}

/** Remembers a new PIN for later commands in steps of the CMS, which refer to it by the source `session`. */
function rememberNewPin(newPin: Uint8Array, device: OpenDevice, { operation }: CommandContext): void {
  if (operation !== null) device.rememberPin(newPin);
}

/**
 * Returns the rules that a command contains for a new PIN; null if it contains no rules. Only a command in a step that the CMS signed may
 * contain rules, because a page could choose weaker rules. The page of a site without a CMS may set a PIN outside a step, but without rules.
 *
 * @throws CardwrightError `STEP_REQUIRED` if the command is outside a step, and contains rules or comes from a site with a CMS
 */
export function rulesOf<T extends PinRules | FidoPinRules>(
  asked: T | null,
  { operation, session }: CommandContext,
): T | null {
  if (operation === null && (asked !== null || session.peer.cms !== null)) throw new CardwrightError('STEP_REQUIRED');
  return asked;
}

/**
 * Reads the remaining tries of the PIN to change. Returns null if the PIN comes from the memory of this session, and the card has already
 * verified it on this connection: the PIN is then certainly right, and its tries are not read.
 *
 * @throws CardwrightError `PIN_BLOCKED`, `LAST_TRY`
 */
async function triesOf({ source }: SecretReference, device: OpenDevice): Promise<number | null> {
  const { piv } = device;
  const initialPin = device.remembered('pin');
  if (source === 'session' && initialPin && piv.pins.hasVerified(initialPin)) return null;
  return requireTries(await piv.pins.pinStatus(), 'PIN_BLOCKED').retriesLeft;
}

interface NewPinOptions<O extends 'pin' | 'puk'> {
  readonly rules: PinRules;
  readonly retriesLeft: number | null;
  readonly oldSecret: O;
  /** Set when the FIDO2 application has the same PIN. */
  readonly isShared: boolean;
}

/** Gathers the secrets and sets the new PIN. */
async function withNewPin<O extends 'pin' | 'puk'>(
  references: SecretReferences<O | 'newPin'>,
  device: OpenDevice,
  context: CommandContext,
  { rules, retriesLeft, oldSecret, isShared }: NewPinOptions<O>,
  set: (secrets: Record<O | 'newPin', Uint8Array>) => Promise<void>,
): Promise<Record<O | 'newPin', Uint8Array>> {
  const old: SecretReference = references[oldSecret];
  const isTyped = old.source === 'user';
  // The window shows only the tries of a PIN or PUK that the user types.
  let shown = isTyped ? retriesLeft : null;
  return setNewPin({
    gather: ({ problem, mayAskAgain }) => {
      if (problem && isCardwrightError(problem, 'PIN_INCORRECT')) shown = problem.data.retriesLeft;
      return gatherSecrets(references, device, context, {
        rules,
        retriesLeft: shown,
        problem: problem?.code ?? null,
        mayAskAgain,
        // The user does not know a current PIN from the session, and so cannot use the device yet.
        isFirst: old.source === 'session',
        isShared,
      });
    },
    mayRetype: isTyped && oldSecret === 'pin',
    brokenRule: (secrets) => brokenPinRule(secrets.newPin, rules, secrets[oldSecret]),
    set,
  });
}
