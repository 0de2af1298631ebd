import { CardwrightError, type UserParams } from '@cardwright/protocol';
import { MAY_ASK_AGAIN_SINCE, type SecretReference, type UserSecret } from '@cardwright/protocol/command-definitions';
import type { FidoPinRules, PinRules } from '@cardwright/protocol/devices';
import { isSince } from '@cardwright/protocol/messages';
import type { OpenDevice } from '../devices/open-device.js';
import type { CommandContext } from '../server/handlers.js';

/** The source of each secret of one command, by the name of the secret. */
export type SecretReferences<N extends UserSecret> = Readonly<Record<N, SecretReference>>;

export interface AskOptions {
  readonly rules: PinRules;
  /** Remaining tries of the current PIN or PUK; null if they are not shown. */
  readonly retriesLeft: number | null;
  /** The reason for a repeated request, as an error code; null for the first request. */
  readonly problem: string | null;
  /** Set when the answer is checked at once, and the user is asked again if it is refused. */
  readonly mayAskAgain?: boolean;
  /** Rules of a new FIDO PIN; null or absent if no new FIDO PIN is requested. */
  readonly fidoRules?: FidoPinRules | null;
  /** Set when the device is unusable until its user has chosen the new PIN. */
  readonly isFirst?: boolean;
  /** Set when the new PIN is also the PIN of the FIDO2 application. */
  readonly isShared?: boolean;
  /** Rules for a new FIDO PIN that can be the device PIN too; null or absent if no PIN can be both, or the user chooses no device PIN. */
  readonly suitsBoth?: PinRules | null;
  /** Set when the user may say that the FIDO PIN is forgotten. */
  readonly mayForget?: boolean;
}

/**
 * Gathers the bytes of a command's secrets, each from its source. All secrets from the user are asked for in one window.
 *
 * @throws CardwrightError `SECRET_MISSING`, `SECRET_REFUSED`, `USER_CANCELLED`, `USER_TIMEOUT`, `WINDOW_NOT_ALLOWED`, `FIDO_PIN_FORGOTTEN`,
 *   `CANCELLED`, and the error of a device that is removed while the user is asked
 */
export async function gatherSecrets<N extends UserSecret>(
  references: SecretReferences<N>,
  device: OpenDevice,
  context: CommandContext,
  options: AskOptions,
): Promise<Record<N, Uint8Array>> {
  const names = namesOf(references);
  const fromUser = names.filter((name) => references[name].source === 'user');
  const gathered: Partial<Record<UserSecret, Uint8Array>> = {};
  // Secrets from other sources are gathered first, so that the user is not asked in vain if one of these secrets is missing.
  for (const name of names.filter((candidate) => !fromUser.includes(candidate))) {
    gathered[name] = await secretOf(name, references[name], device, context);
  }
  if (fromUser.length > 0) Object.assign(gathered, await askUser(fromUser, device, context, options));
  return requireAll(names, gathered);
}

/**
 * Returns a secret that comes from the CMS or from the memory of this session, not from the user.
 *
 * @throws CardwrightError `SECRET_MISSING` if this session remembers no such secret, or the source is the user; `SECRET_REFUSED` if a secret
 * from the CMS cannot be opened
 */
export async function secretOf(
  name: UserSecret,
  reference: SecretReference,
  device: OpenDevice,
  context: CommandContext,
): Promise<Uint8Array> {
  if (reference.source === 'cms') {
    return context.session.unseal(reference.sealed, name, device.info.id, context.operation);
  }
  const remembered = reference.source === 'session' ? device.remembered(name) : undefined;
  if (remembered) return remembered.slice();
  throw new CardwrightError('SECRET_MISSING');
}

async function askUser(
  secrets: UserSecret[],
  device: OpenDevice,
  context: CommandContext,
  options: AskOptions,
): Promise<Partial<Record<UserSecret, Uint8Array>>> {
  const { operation, session } = context;
  const { mayAskAgain = false, fidoRules = null, suitsBoth = null, mayForget = false, ...asked } = options;
  const { isFirst = false, isShared = false } = options;
  const question: UserParams<'user.enterSecrets'> = {
    secrets,
    device: device.info,
    operation,
    fidoRules,
    mayForget,
    ...asked,
    isFirst,
    isShared,
    ...(suitsBoth && { suitsBoth }),
    ...(mayAskAgain && isSince(session.peer.protocol, MAY_ASK_AGAIN_SINCE) && { mayAskAgain }),
  };
  const { sealed } = await context.askUser('user.enterSecrets', question);
  const typed: Partial<Record<UserSecret, Uint8Array>> = {};
  for (const name of secrets) {
    const jwe = sealed[name];
    if (jwe === undefined) throw new CardwrightError('SECRET_MISSING');
    typed[name] = await session.unseal(jwe, name, device.info.id, operation);
  }
  return typed;
}

function namesOf<N extends UserSecret>(references: SecretReferences<N>): N[] {
  const names: N[] = [];
  for (const name in references) names.push(name);
  return names;
}

function requireAll<N extends UserSecret>(
  names: readonly N[],
  gathered: Partial<Record<UserSecret, Uint8Array>>,
): Record<N, Uint8Array> {
  const isComplete = (value: Partial<Record<UserSecret, Uint8Array>>): value is Record<N, Uint8Array> =>
    names.every((name) => value[name] !== undefined);
  if (!isComplete(gathered)) throw new CardwrightError('SECRET_MISSING');
  return gathered;
}
