import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { IndependentTools, askProgram, type InsertedCard, type Stage } from '@cardwright/stage';
import { hostsEnd } from './native-hosts.js';

export const SLOTS = ['9A', '9C', '9D', '9E'] as const;
const FACTORY = {
  pin: '123456',
  puk: '12345678',
  managementKey: '010203040506070801020304050607080102030405060708',
};

/** The expected issuer of a card's certificates. */
export interface Issuer {
  /** The common name of the authority. */
  readonly name: string;
  /** The address at which the portal serves the authority's certificate and CRL. */
  readonly url: string;
}

const issuerOf = ({ portal: { url } }: Stage): Issuer => ({ name: 'Cardwright Development CA', url });

/**
 * Expects independent programs to find a card issued. They list its certificates, and openssl verifies each against the CA. A signature
 * made with the new PIN verifies, and the factory's secrets are refused. Call it once all hosts have ended or are about to end: the last
 * host reads the card once more after it has released it.
 */
export async function expectIssued(
  stage: Stage,
  card: InsertedCard,
  pin: string,
  kind: 'RSA' | 'EC',
  issuer = issuerOf(stage),
): Promise<void> {
  await hostsEnd(stage);
  const tools = new IndependentTools(stage.env, card.reader.name);
  const isYubikey = profileOf(card).startsWith('yubikey');
  if (isYubikey) await expectListedByYubico(tools, issuer.name);
  else await expectRecognizedByOpensc(tools);
  for (const slot of SLOTS) await expectVerifyAt(issuer, [await tools.openscCertificate(slot)]);
  await expect(tools.signAndVerify('9A', pin, kind)).resolves.toEqual({ succeeded: true, text: 'Verified OK\n' });
  await expect(tools.openscLogin(FACTORY.pin)).resolves.toHaveProperty('succeeded', false);
  await expect(tools.refusesPuk(FACTORY.puk)).resolves.toBe(true);
  if (isYubikey) await expect(tools.acceptsManagementKey(FACTORY.managementKey)).resolves.toBe(false);
}

async function expectListedByYubico(tools: IndependentTools, issuer: string): Promise<void> {
  const info = await tools.ykmanInfo();
  const status = await tools.yubicoStatus();
  expect([info, status]).toEqual([
    expect.objectContaining({ succeeded: true }),
    expect.objectContaining({ succeeded: true }),
  ]);
  for (const slot of SLOTS) {
    const issued = new RegExp(`Slot ${slot}\\b[^]*?Issuer DN:[^\n]*CN ?= ?${issuer}`, 'i');
    expect(info.text).toMatch(issued);
    expect(status.text).toMatch(issued);
  }
  expect(info.text).not.toMatch(/WARNING: Using default/);
}

async function expectRecognizedByOpensc(tools: IndependentTools): Promise<void> {
  await expect(tools.yubicoStatus()).resolves.toHaveProperty('succeeded', false);
  await expect(tools.openscName()).resolves.toMatchObject({
    succeeded: true,
    text: expect.stringMatching(/PIV|Personal Identity/),
  });
  const objects = await tools.openscObjects();
  expect(objects.text.match(/Certificate Object/g)).toHaveLength(4);
}

/** Expects `openssl verify` to accept certificates, in PEM, against the portal's CA and its CRL. */
export const expectVerify = (stage: Stage, certificates: readonly string[]): Promise<void> =>
  expectVerifyAt(issuerOf(stage), certificates);

async function expectVerifyAt(issuer: Issuer, certificates: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cardwright-verify-'));
  try {
    const [caFile, crlFile] = [join(folder, 'ca.pem'), join(folder, 'crl.pem')];
    const { ca, crl } = await readCaAt(issuer);
    await writeFile(caFile, ca);
    await writeFile(crlFile, crl);
    const leaves = certificates.map((_, index) => join(folder, `leaf-${index}.pem`));
    for (const [index, leaf] of leaves.entries()) await writeFile(leaf, certificates[index] ?? '');
    const verify = ['verify', '-crl_check', '-CAfile', caFile, '-CRLfile', crlFile, ...leaves];
    await expect(askProgram('openssl', verify)).resolves.toEqual({
      succeeded: true,
      text: leaves.map((leaf) => `${leaf}: OK\n`).join(''),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Reads the portal's CA certificate and its CRL, in PEM. */
export const readCa = (stage: Stage): Promise<{ ca: string; crl: string }> => readCaAt(issuerOf(stage));

async function readCaAt({ url }: Issuer): Promise<{ ca: string; crl: string }> {
  const read = async (path: string): Promise<Buffer> =>
    Buffer.from(await (await fetch(new URL(path, url))).arrayBuffer());
  const [certificate, crl] = await Promise.all([read('/ca/ca.der'), read('/ca/crl.der')]);
  const lines = crl.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    ca: new X509Certificate(certificate).toString(),
    crl: ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n'),
  };
}

/** Returns the reason for which each certificate is on the portal's CRL, as openssl reads it; undefined for a certificate that is not on it. */
export async function reasonsOnCrl(
  stage: Stage,
  certificates: readonly X509Certificate[],
): Promise<(string | undefined)[]> {
  const { crl } = await readCa(stage);
  const { text } = await askProgram('openssl', ['crl', '-noout', '-text'], { input: crl });
  const entries = text.split('Serial Number: ').slice(1);
  return certificates.map(({ serialNumber }) =>
    entries
      .find((entry) => entry.startsWith(serialNumber))
      ?.match(/CRL Reason Code:\s*(.*)/)?.[1]
      ?.trim(),
  );
}

/** Reads the certificates of a card's slots through OpenSC, once all hosts have ended. */
export async function certificatesOf(
  stage: Stage,
  { reader }: Pick<InsertedCard, 'reader'>,
): Promise<X509Certificate[]> {
  await hostsEnd(stage);
  const tools = new IndependentTools(stage.env, reader.name);
  const certificates: X509Certificate[] = [];
  for (const slot of SLOTS) certificates.push(new X509Certificate(await tools.openscCertificate(slot)));
  return certificates;
}

const profileOf = ({ stateFile }: InsertedCard): string =>
  (JSON.parse(readFileSync(stateFile, 'utf8')) as { profile: string }).profile;
