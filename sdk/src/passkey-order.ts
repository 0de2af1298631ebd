import { creationOptions, decodeBytes, passkeyWay } from '@cardwright/protocol';
import * as v from 'valibot';

const order = v.object({
  way: passkeyWay,
  origin: v.string(),
  /** Whether the FIDO PIN is one of its own, or the device PIN. */
  pin: v.picklist(['separate', 'shared']),
  options: v.object({ rp: creationOptions.entries.rp }),
});

/** A passkey that a step creates, as far as its user has to know of it. */
export interface PasskeyOrder extends Omit<v.InferOutput<typeof order>, 'options'> {
  /** What the service calls itself. */
  readonly service: string;
}

const content = v.object({ commands: v.array(v.object({ method: v.string(), params: v.unknown() })) });

/**
 * The passkey that a signed step creates; undefined where it creates none. Its signature is not checked: this is for the user's eyes,
 * and whoever could write another step could as well write another page.
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

/** Of a compact JWS (RFC 7515, 3.1); null where it has none that can be read, and which the host refuses. */
function payloadOf(jws: string): unknown {
  try {
    const payload: unknown = JSON.parse(new TextDecoder().decode(decodeBytes(jws.split('.')[1] ?? '')));
    return payload;
  } catch {
    return null;
  }
}
