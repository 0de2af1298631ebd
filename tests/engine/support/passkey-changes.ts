import type { OperationAnswer } from '@cardwright/protocol/cms';
import { PasskeyStage, type StageOptions } from './passkey-stage.js';

export const DONE = { state: 'done', error: null, deviceState: 'active' };
export const named = (name: string) => ({ data: { name } });

/** Opens a stage with Ada's active device, which has a passkey at `entra`, and a policy that wants one at `portal` too. */
export async function activeStage(options: StageOptions = {}): Promise<PasskeyStage> {
  const stage = await PasskeyStage.issued(options);
  await stage.changePolicy({ ...options.passkeys, services: ['entra', 'portal'] });
  await stage.reinsert();
  return stage;
}

export const add = async (stage: PasskeyStage, until?: string): Promise<OperationAnswer> =>
  stage.relayOn(await stage.start('add-passkey'), until);

/** Removes a passkey, by default the first one. */
export const remove = async (stage: PasskeyStage, until?: string, id = stage.passkeys[0]?.id) =>
  stage.relayOn(await stage.start('remove-passkey', id), until);

/** The services at which the device has a passkey that is not due for removal. */
export const servicesOf = ({ passkeys }: PasskeyStage): string[] =>
  passkeys.filter(({ removalDueAt }) => removalDueAt === null).map(({ service }) => service);
