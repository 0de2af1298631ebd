import { describe, expect, it } from '@jest/globals';
import { commands } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';

/** The part of a JSON Schema that says where texts are. */
interface Shape {
  readonly type?: string;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly sensitive?: boolean;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
}

const IN_CERTIFICATE = 'The certificate has it, and anyone may read that.';
const CHALLENGE = 'It is random, and to be signed once.';
const OPTIONS = 'The relying party gives it to every browser that creates a passkey.';
const OF_DEVICE = 'Every program can read it from the device.';

/** The texts in parameters that logs, traces and support files show, and why each may be shown. A path stands for all below it. */
const SHOWN: Readonly<Record<string, string>> = {
  'initialize.sdk': 'It is a version.',
  'step.run.jws': 'The commands in it are shown instead, and redacted one by one.',
  'device.open.device': OF_DEVICE,
  'credentials.restore.digest': 'It is a digest of what is sealed.',
  'credentials.apply.digest': 'It is a digest of what is sealed.',
  'key.prove.challenge': CHALLENGE,
  'csr.create.commonName': IN_CERTIFICATE,
  'csr.create.challenge': CHALLENGE,
  'csr.create.publicKey': IN_CERTIFICATE,
  'certificate.write.certificate': IN_CERTIFICATE,
  'object.write.content': 'Programs read the object without a PIN.',
  'fido.createCredential.origin': OPTIONS,
  'fido.createCredential.options': OPTIONS,
  'fido.createCredential.proof': CHALLENGE,
  'fido.deleteCredential.origin': OPTIONS,
  'fido.deleteCredential.rpId': OPTIONS,
  'fido.deleteCredential.credential': OPTIONS,
  'user.enterSecrets.device': OF_DEVICE,
  'user.enterSecrets.operation': 'It is an id.',
  'user.enterSecrets.problem': 'It is a code of the catalogue.',
  'user.useReader.device': OF_DEVICE,
  'user.useReader.operation': 'It is an id.',
  'user.useReader.problem': 'It is a code of the catalogue.',
  'user.confirm.device': OF_DEVICE,
  'user.createPasskey.origin': OPTIONS,
  'user.createPasskey.options': OPTIONS,
  'user.createPasskey.device': OF_DEVICE,
  'user.createPasskey.operation': 'It is an id.',
};

/** Describes a schema, with its marks for redaction. */
const shapeOf = (schema: v.GenericSchema): Shape =>
  toJsonSchema(schema, {
    errorMode: 'ignore',
    overrideAction: ({ valibotAction: { type, ...action }, jsonSchema }) =>
      type === 'metadata' && 'metadata' in action ? { ...jsonSchema, ...(action.metadata as object) } : null,
  }) as Shape;

/** Lists the paths of texts that are neither marked as sensitive nor one of a few fixed words. */
function textsIn(shape: Shape, path: string): string[] {
  if (shape.sensitive === true || shape.enum !== undefined || shape.const !== undefined) return [];
  return [
    ...(shape.type === 'string' ? [path] : []),
    ...Object.entries(shape.properties ?? {}).flatMap(([name, one]) => textsIn(one, `${path}.${name}`)),
    ...(shape.items ? textsIn(shape.items, path) : []),
    ...[...(shape.anyOf ?? []), ...(shape.oneOf ?? [])].flatMap((one) => textsIn(one, path)),
  ];
}

const texts = Object.entries({ ...commands, ...userRequests }).flatMap(([method, { params }]) =>
  textsIn(shapeOf(params), method),
);
const isBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`);

describe('a text in the parameters of a command', () => {
  it('is marked as sensitive, or there is a reason why it may be shown', () => {
    expect(texts).toEqual(expect.arrayContaining(['csr.create.commonName', 'fido.createCredential.options.rp.name']));
    expect(texts.filter((text) => !Object.keys(SHOWN).some((shown) => isBelow(text, shown)))).toEqual([]);
  });

  it.each(Object.keys(SHOWN))('exists where it is shown: %s', (shown) => {
    expect(texts.some((text) => isBelow(text, shown))).toBe(true);
  });
});
