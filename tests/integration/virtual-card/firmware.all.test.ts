import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ProfileName,
  testAttestationIntermediatesPath,
  testAttestationRoot58Path,
  testAttestationRootPath,
} from '@cardwright/virtual-card';
import { Stage } from './stage.js';

const FACTORY_KEY = '010203040506070801020304050607080102030405060708';
const TO_ROOT = ['-CAfile', testAttestationRootPath];
const TO_ROOT_58 = ['-CAfile', testAttestationRoot58Path];
let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
  expect(stage.defects).toEqual([]);
});

describe('independent tools on a virtual YubiKey with the firmware', () => {
  it.each<[ProfileName, string, string | undefined]>([
    ['yubikey-4.3.7', '4.3.7', undefined],
    ['yubikey-5.4', '5.4.3', 'TDES'],
    ['yubikey-5.7.2', '5.7.2', 'AES192'],
    ['yubikey-5.8', '5.8.0', 'AES192'],
  ])('%s: ykman sees version %s', async (profile, version, algorithm) => {
    await stage.insert(profile, profile);
    const { text } = await stage.ykman('piv', 'info');
    expect(text).toContain(`PIV version:              ${version}`);
    if (algorithm) expect(text).toContain(`Management key algorithm: ${algorithm}`);
    else expect(text).not.toContain('Using default');
  });

  it.each<[ProfileName, readonly string[]]>([
    ['yubikey-4.3.7', TO_ROOT],
    ['yubikey-5.4', TO_ROOT],
    ['yubikey-5.7.2', TO_ROOT],
    ['yubikey-5.8', [...TO_ROOT_58, '-untrusted', testAttestationIntermediatesPath]],
  ])('%s: yubico-piv-tool has a key attested, and openssl verifies that up to the root', async (profile, trust) => {
    await stage.insert(profile, `${profile}-attesting`);
    const chain = await attest();
    expect(await stage.openssl('verify', ...trust, ...chain)).toEqual({
      ok: true,
      text: expect.stringMatching(/OK\n$/),
    });
  });

  it('yubikey-5.8: openssl does not get to the root without the published certificates, nor to the other root', async () => {
    await stage.insert('yubikey-5.8', 'refused');
    const chain = await attest();
    const intermediates = ['-untrusted', testAttestationIntermediatesPath];
    expect((await stage.openssl('verify', ...TO_ROOT_58, ...chain)).ok).toBe(false);
    expect((await stage.openssl('verify', ...TO_ROOT, ...intermediates, ...chain)).ok).toBe(false);
  });
});

/** Makes a key in 9A, and returns openssl's arguments for what the card has of the chain. */
async function attest(): Promise<readonly string[]> {
  const [attestation, f9] = [stage.file('attestation.pem'), stage.file('f9.pem')];
  const generated = await stage.yubicoPivTool(
    ...['-a', 'generate', '-s', '9a', '-A', 'ECCP256', '-o', stage.file('key.pem'), `-k${FACTORY_KEY}`],
  );
  expect(generated.text).toContain('Successfully generated a new private key');
  expect((await stage.yubicoPivTool('-a', 'attest', '-s', '9a', '-o', attestation)).ok).toBe(true);
  expect((await stage.yubicoPivTool('-a', 'read-certificate', '-s', 'f9', '-o', f9)).ok).toBe(true);
  return ['-untrusted', f9, attestation];
}
