import { CardwrightError, encodeBytes } from '@cardwright/protocol';
import { MANAGEMENT_KEY_PROOF_SINCE } from '@cardwright/protocol/command-definitions';
import { isSince } from '@cardwright/protocol/messages';
import type { DeviceHolder } from '../devices/device-holder.js';
import { PreparedCredentials } from '../devices/escrow.js';
import type { Handlers } from '../server/handlers.js';
import { secretOf } from './secrets.js';

/**
 * Handles the new secrets of a card: a PUK and, if requested, a management key and an initial PIN. `credentials.prepare` generates these secrets
 * and seals them to the CMS. `credentials.restore` gets the PUK and the initial PIN back from the CMS. `credentials.apply` writes the secrets to
 * the card.
 */
export function credentialsHandlers(holder: DeviceHolder) {
  return {
    'credentials.prepare': ({ managementKey, pinLength }, { session, operation, signal }) =>
      holder.use(signal, async (device) => {
        if (operation === null) throw new CardwrightError('STEP_REQUIRED');
        if (managementKey && !device.piv.capabilities.changeManagementKey) {
          throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'changeManagementKey' });
        }
        device.prepared?.forget();
        const { credentials, escrow } = await PreparedCredentials.prepare({
          managementKey,
          pinLength,
          seal: (plaintext) => session.sealToCms(plaintext, device.info.id, operation),
        });
        device.prepared = credentials;
        return { escrow, digest: credentials.digest };
      }),

    'credentials.restore': ({ digest, secrets }, context) =>
      holder.use(context.signal, async (device) => {
        const puk = await secretOf('puk', secrets.puk, device, context);
        const pin = secrets.pin && (await secretOf('pin', secrets.pin, device, context));
        // Without an initial PIN the card keeps the PIN that this session knows, which proves the PUK.
        if (pin) device.forgetSecrets();
        else device.prepared?.forget();
        device.prepared = PreparedCredentials.restore(digest, { puk, pin });
        return {};
      }),

    'credentials.apply': ({ digest, secrets }, context) =>
      holder.use(context.signal, async (device) => {
        const { prepared } = device;
        if (!prepared) throw new CardwrightError('SECRET_MISSING');
        const puk = await secretOf('puk', secrets.puk, device, context);
        await prepared.apply(device.piv, digest, puk, device.remembered('pin'));
        if (prepared.pin) device.rememberPin(prepared.pin);
        const { changesManagementKey: managementKeyChanged, managementKeyProof: proof } = prepared;
        const isUnderstood = isSince(context.session.peer.protocol, MANAGEMENT_KEY_PROOF_SINCE);
        return { managementKeyChanged, ...(proof && isUnderstood && { managementKeyProof: encodeBytes(proof) }) };
      }),
  } satisfies Handlers;
}
