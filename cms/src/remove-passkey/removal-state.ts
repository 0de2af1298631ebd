import * as v from 'valibot';
import type { OperationContext } from '../operations/context.js';
import { defineSlice } from '../operations/slice.js';
import type { PasskeyService } from '../passkeys/passkey-service.js';
import type { Passkey } from '../store/rows.js';

/** Progress of a removal. The passkey stays known after its service has removed it, so that another session can delete it on the device. */
export const removal = defineSlice({
  name: 'removal',
  schema: v.strictObject({
    passkey: v.nullable(
      v.strictObject({ id: v.string(), service: v.string(), rpId: v.string(), credentialId: v.string() }),
    ),
    /** True if the device was asked to delete the passkey, whether or not it had the passkey. */
    isDeleted: v.boolean(),
  }),
  initial: { passkey: null, isDeleted: false },
  lasts: 'operation',
});

type RemovedPasskey = Pick<Passkey, 'id' | 'service' | 'rpId' | 'credentialId'>;

/** Returns the passkey that this operation removes. */
export function passkeyOf(context: OperationContext): RemovedPasskey {
  const { passkey } = context.of(removal);
  if (!passkey) throw new Error('a removal has a passkey');
  return passkey;
}

/** True if the passkey is due for removal at its service, or was removed there. */
export const isOrdered = (context: OperationContext): boolean =>
  !context.ownDevice.passkeys.some(({ id }) => id === passkeyOf(context).id);

/** Returns the service of the passkey; undefined if the CMS is no longer connected to it. */
export const serviceOf = (context: OperationContext): PasskeyService | undefined =>
  context.services.passkeyServices.find(({ name }) => name === passkeyOf(context).service);

/**
 * True if the passkey is to be deleted on the device: the host reaches its FIDO2 application, which can delete single passkeys and has the PIN that
 * this takes. On any other device a passkey stays that no service accepts.
 */
export function isToBeDeleted(context: OperationContext): boolean {
  const { fido2 } = context.info;
  const isAble = fido2?.credentialManagement === true && fido2.pinSet === true;
  return isAble && serviceOf(context) !== undefined && !context.of(removal).isDeleted;
}
