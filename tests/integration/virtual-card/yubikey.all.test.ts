import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testAttestationRootPath, type VirtualCard } from '@cardwright/virtual-card';
import { Stage } from './stage.js';

const FACTORY_KEY = '010203040506070801020304050607080102030405060708';
const SERIAL = 31_415_926;
let stage: Stage;
let card: VirtualCard;

beforeAll(async () => {
  stage = await Stage.open();
  card = await stage.insert('yubikey', 'yubikey', { serial: SERIAL });
});

afterAll(async () => {
  await stage.close();
});

/** The tests follow one card through its life, in this order. */
describe('independent tools on a virtual card with the yubikey profile', () => {
  it('ykman and yubico-piv-tool see a blank YubiKey with factory PIN, PUK and management key', async () => {
    const info = await stage.ykman('piv', 'info');
    expect(info.text).toContain('PIV version:              5.7.2');
    expect(info.text).toContain('PIN tries remaining:      3/3');
    expect(info.text).toContain('Management key algorithm: AES192');
    for (const secret of ['PIN', 'PUK', 'Management key']) expect(info.text).toContain(`Using default ${secret}!`);
    expect(info.text).toContain('CHUID: No data available');
    const status = await stage.yubicoPivTool('-a', 'status');
    expect(status).toEqual({ ok: true, text: expect.stringMatching(/Version:\s+5\.7\.2\nSerial Number:\s+31415926/) });
    expect((await stage.ykman('info')).text).toContain('Serial number: 31415926');
  });

  it.each([
    ['9a', 'RSA2048'],
    ['9c', 'ECCP256'],
  ])(
    'yubico-piv-tool makes a key, a self-signed certificate and a signature in %s with %s',
    async (slot, algorithm) => {
      const [publicKey, certificate] = [stage.file(`${slot}.pem`), stage.file(`${slot}.crt`)];
      const key = ['-s', slot, '-k', FACTORY_KEY];
      const generated = await stage.yubicoPivTool('-a', 'generate', '-A', algorithm, '-o', publicKey, ...withKey(key));
      expect(generated.text).toContain('Successfully generated a new private key');
      const signed = await stage.yubicoPivTool(
        ...['-a', 'verify-pin', '-P', '123456', '-a', 'selfsign-certificate', '-s', slot],
        ...['-S', `/CN=slot ${slot}/`, '-i', publicKey, '-o', certificate],
      );
      expect(signed.text).toContain('Successfully generated a new self signed certificate');
      const imported = await stage.yubicoPivTool('-a', 'import-certificate', '-i', certificate, ...withKey(key));
      expect(imported.text).toContain('Successfully imported a new certificate');
      const tested = await stage.yubicoPivTool(
        ...['-a', 'verify-pin', '-P', '123456', '-a', 'test-signature', '-s', slot, '-i', certificate],
      );
      expect(tested.text).toMatch(/Successful (RSA|ECDSA) verification/);
      expect((await stage.openssl('verify', '-CAfile', certificate, certificate)).ok).toBe(true);
    },
  );

  it.each([
    ['9d', 'RSA2048'],
    ['9e', 'ECCP256'],
  ])('ykman makes a key and a self-signed certificate in %s with %s', async (slot, algorithm) => {
    const publicKey = stage.file(`${slot}.pem`);
    const access = ['-m', FACTORY_KEY, '-P', '123456'];
    const generated = await stage.ykman('piv', 'keys', 'generate', ...access, '-a', algorithm, slot, publicKey);
    expect(generated.text).toContain('Private key generated');
    const certificate = ['piv', 'certificates', 'generate', ...access, '-s', `CN=slot ${slot}`, slot, publicKey];
    expect((await stage.ykman(...certificate)).text).toContain('Certificate generated');
  });

  it('yubico-piv-tool decrypts with the RSA key and agrees on a secret with the EC key', async () => {
    for (const [slot, success] of [
      ['9a', 'Successfully performed RSA decryption'],
      ['9e', 'Successfully performed ECDH exchange'],
    ] as const) {
      const certificate = stage.file(`${slot}.read`);
      await stage.yubicoPivTool('-a', 'read-certificate', '-s', slot, '-o', certificate);
      const tested = await stage.yubicoPivTool(
        ...['-a', 'verify-pin', '-P', '123456', '-a', 'test-decipher', '-s', slot, '-i', certificate],
      );
      expect(tested.text).toContain(success);
    }
  });

  it.each(['9a', '9c', '9d', '9e'])('openssl verifies the attestation of %s against the test root', async (slot) => {
    const [attestation, intermediate] = [stage.file('attestation'), stage.file('f9')];
    expect((await stage.yubicoPivTool('-a', 'attest', '-s', slot, '-o', attestation)).ok).toBe(true);
    expect((await stage.yubicoPivTool('-a', 'read-certificate', '-s', 'f9', '-o', intermediate)).ok).toBe(true);
    const chain = ['-CAfile', testAttestationRootPath, '-untrusted', intermediate, attestation];
    expect(await stage.openssl('verify', ...chain)).toEqual({ ok: true, text: `${attestation}: OK\n` });
    const text = await stage.openssl('x509', '-in', attestation, '-noout', '-pubkey');
    expect(text.text).toBe((await stage.run('cat', [stage.file(`${slot}.pem`)])).text);
  });

  it('OpenSC lists the certificates, and signs with the PIN what openssl verifies', async () => {
    const objects = await stage.pkcs11Tool('--list-objects', '--type', 'cert');
    expect(objects.text.match(/DN: CN=slot 9[acde]/g)).toHaveLength(4);
    const rsa = await stage.signAndVerify('01', 'SHA256-RSA-PKCS', stage.file('9a.pem'), '123456');
    expect(rsa).toEqual({ ok: true, text: 'Verified OK\n' });
    const ec = await stage.signAndVerify('02', 'ECDSA-SHA256', stage.file('9c.pem'), '123456');
    expect(ec).toEqual({ ok: true, text: 'Verified OK\n' });
    expect((await stage.signAndVerify('01', 'SHA256-RSA-PKCS', stage.file('9a.pem'), '111111')).ok).toBe(false);
  });

  it('the card survives being pulled and inserted again', async () => {
    await card.pull();
    card = await stage.insert('yubikey', 'yubikey');
    const info = await stage.ykman('piv', 'info');
    expect(info.text.match(/Subject DN: +CN=slot 9[acde]/g)).toHaveLength(4);
    expect(info.text).toContain('PIN tries remaining:      2/3');
    expect(card.serial).toBe(SERIAL);
  });

  it('yubico-piv-tool verifies and changes PIN and PUK, and unblocks the PIN', async () => {
    const wrong = await stage.yubicoPivTool('-a', 'verify-pin', '-P', '111111');
    expect(wrong.text).toContain('1 tries left before pin is blocked');
    expect((await stage.yubicoPivTool('-a', 'verify-pin', '-P', '123456')).ok).toBe(true);
    expect((await stage.yubicoPivTool('-a', 'change-pin', '-P', '123456', '-N', '246810')).ok).toBe(true);
    expect((await stage.yubicoPivTool('-a', 'change-puk', '-P', '12345678', '-N', '87654321')).ok).toBe(true);
    expect((await stage.yubicoPivTool('-a', 'verify-pin', '-P', '123456')).ok).toBe(false);
    expect((await stage.yubicoPivTool('-a', 'unblock-pin', '-P', '87654321', '-N', '135790')).ok).toBe(true);
    expect((await stage.yubicoPivTool('-a', 'verify-pin', '-P', '135790')).ok).toBe(true);
  });

  it('both tools replace the management key, also by one of another algorithm', async () => {
    const aes256 = '00112233445566778899aabbccddeeff'.repeat(2);
    const replaced = await stage.yubicoPivTool(
      ...['-a', 'set-mgm-key', ...withKey(['-k', FACTORY_KEY]), '-n', aes256, '--new-key-algo', 'AES256'],
    );
    expect(replaced.text).toContain('Successfully set new management key');
    expect((await stage.yubicoPivTool('-a', 'set-chuid', ...withKey(['-k', FACTORY_KEY]))).ok).toBe(false);
    const tripleDes = '000102030405060708090a0b0c0d0e0f0001020304050607';
    const change = ['piv', 'access', 'change-management-key', '-f', '-m', aes256, '-n', tripleDes, '-a', 'TDES'];
    expect((await stage.ykman(...change)).text).toContain('New management key set');
    expect((await stage.yubicoPivTool('-a', 'set-chuid', ...withKey(['-k', tripleDes]))).ok).toBe(true);
    expect((await stage.ykman('piv', 'info')).text).toMatch(/Management key algorithm: TDES[^]*CHUID: 3019/);
  });

  it('ykman resets it to the factory state', async () => {
    expect((await stage.ykman('piv', 'reset', '-f')).text).toContain('All PIV data has been cleared');
    const info = await stage.ykman('piv', 'info');
    expect(info.text).toContain('Using default Management key!');
    expect(info.text).toContain('PIN tries remaining:      3/3');
    expect(info.text).not.toContain('Slot 9A');
  });

  it('the card did all that without an exception inside', () => {
    expect(stage.defects).toEqual([]);
  });
});

/** yubico-piv-tool wants the key glued to its letter: `-kKEY`. */
function withKey(args: readonly string[]): string[] {
  return args.join(' ').replace('-k ', '-k').split(' ');
}
