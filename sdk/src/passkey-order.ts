import { decodeBytes } from '@cardwright/protocol';
import { creationOptions, passkeyWay } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';

const order = v.object({
  way: passkeyWay,
  origin: v.string(),
  /** Set to `separate` if the FIDO PIN is a PIN of its own, to `shared` if it is the device PIN. */
  pin: v.picklist(['separate', 'shared']),
  options: v.object({ rp: creationOptions.entries.rp }),
});

/** A passkey that a step creates, as far as it concerns the user. */
export interface PasskeyOrder extends Omit<v.InferOutput<typeof order>, 'options'> {
  /** The service's own name. */
  readonly service: string;
}

const content = v.object({ commands: v.array(v.object({ method: v.string(), params: v.unknown() })) });

/**
 * Returns the passkey that a signed step creates; undefined if it creates none. The signature is not checked: this is for the user's
 * eyes, and anyone who could change the step could as well change the page.
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

/** Returns the payload of a compact JWS (RFC 7515, 3.1); null if it is unreadable, which the host refuses. */
function payloadOf(jws: string): unknown {
  try {
    const payload: unknown = JSON.parse(new TextDecoder().decode(decodeBytes(jws.split('.')[1] ?? '')));
    return payload;
  } catch {
    return null;
  }
}
