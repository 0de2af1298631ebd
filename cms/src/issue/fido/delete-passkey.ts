import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Call, Step } from '../../operations/definition.js';
import { PHASES, policySlice } from '../issue-state.js';
import { fido, fidoPin, fidoPinSource, unkept } from './passkey-state.js';

/**
 * Step that deletes a passkey which was created but is not registered, if the device lets the host manage its passkeys. The result does not
 * change how the issuance ends: the passkey is useless anyway.
 */
export const deletePasskeyStep: Step = {
  name: 'delete-passkey',
  phase: PHASES.passkey,
  progress: 79,
  slices: [policySlice, fido, fidoPin, unkept],
  needed: (context) => context.of(unkept).passkey !== null && context.info.fido2?.credentialManagement === true,
  calls: (context) => [deletePasskey(context)],
};

function deletePasskey(context: OperationContext): Call {
  const { passkey } = context.of(unkept);
  if (!passkey) throw new Error('every passkey is registered');
  const settle = (deleted: boolean): void => {
    context.keep(unkept, { passkey: null });
    context.report('passkey.deleted', {}, deleted ? 'ok' : 'failed');
  };
  return call(
    'fido.deleteCredential',
    { ...passkey, secrets: { fidoPin: fidoPinSource(context) } },
    {
      read: ({ deleted }) => settle(deleted),
      failed: () => {
        settle(false);
        return 'continue';
      },
    },
  );
}
