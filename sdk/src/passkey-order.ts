import { decodeBytes } from '@cardwright/protocol';
import { creationOptions, passkeyWay } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';

const order = v.object({
  way: passkeyWay,
  origin: v.string(),
  /** `separate` if the FIDO PIN is a PIN of its own, `shared` if it is also the device PIN. */
  pin: v.picklist(['separate', 'shared']),
  options: v.object({ rp: creationOptions.entries.rp }),
});

/** A passkey that a step orders, with the facts that are shown to the user. */
export interface PasskeyOrder extends Omit<v.InferOutput<typeof order>, 'options'> {
  /** Name of the service for which the passkey is created, as the relying party gives the name. */
  readonly service: string;
}

const content = v.object({ commands: v.array(v.object({ method: v.string(), params: v.unknown() })) });

/**
 * Returns the order for the first passkey that a signed step creates. Returns undefined if the step creates no passkey, or if the step or
 * the order cannot be read. The signature is not checked, because the result is only shown to the user: whoever could change the step on
 * its way could change the page, too.
 */
export function passkeyOrderOf(jws: string): PasskeyOrder | undefined {
  const step = v.safeParse(content, payloadOf(jws));
  if (!step.success) return undefined;
  const command = step.output.commands.find(({ method }) => method === 'fido.createCredential');
  const parsed = v.safeParse(order, command?.params);
  if (!parsed.success) return undefined;
  const { options, ...rest } = parsed.output;
  return { ...rest, service: options.rp.name };
}

/** Returns the payload of a compact JWS (RFC 7515, 3.1). Returns null if the payload cannot be read; the host refuses such a step. */
function payloadOf(jws: string): unknown {
  try {
    const payload: unknown = JSON.parse(new TextDecoder().decode(decodeBytes(jws.split('.')[1] ?? '')));
    return payload;
  } catch {
    return null;
  }
}
