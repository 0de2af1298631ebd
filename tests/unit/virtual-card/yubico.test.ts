import { KeyObject, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { blankCard, Card, Chip, testAttestationRoot } from '@cardwright/virtual-card';
import { newAttestationAuthority } from '../../integration/portal/support/attestation-authority.js';
import { blankChip, pin, SELECT_PIV, tag, TestChip, VERIFY_FACTORY_PIN, withData } from './blank-chip.js';

describe('Yubico extensions', () => {
  it('tell version, serial and what is still as the factory made it', async () => {
    const chip = await blankChip('yubikey');
    expect(await chip.data('00FD0000')).toBe('050702');
    expect(await chip.data('00F80000')).toBe('00BC614E');
    expect(await chip.data('00F70080')).toBe('0101FF05010106020303');
    expect(await chip.data('00F70081')).toBe('0101FF05010106020303');
    expect(await chip.data('00F7009B')).toBe('01010A02020001050101');
    expect(await chip.status('00F7009A')).toBe('6A88');
    expect(await chip.status('00F70096')).toBe('6A88');
    await chip.status(`0024008010${pin('123456')}${pin('654321')}`);
    expect(await chip.data('00F70080')).toBe('0101FF05010006020303');
  });

  it('are all missing on a plain PIV card', async () => {
    const chip = await blankChip('piv');
    await chip.authenticate('03');
    for (let ins = 0xf6; ins <= 0xff; ins++) {
      expect(await chip.status(`00${ins.toString(16)}9A00`)).toBe('6D00');
    }
    expect(await chip.status('00A4040008A000000527471117')).toBe('6D00');
  });

  it('attest a generated key under the test root, with serial, firmware and policies', async () => {
    const chip = await blankChip('yubikey');
    await chip.authenticate('0A');
    const generated = await chip.data('0047009A0BAC09800111AA0103AB0102');
    const attestation = new X509Certificate(Buffer.from(await chip.data('00F99A00'), 'hex'));
    const f9 = await intermediate(chip);
    expect(attestation.verify(f9.publicKey)).toBe(true);
    expect(attestation.checkIssued(f9)).toBe(true);
    expect(f9.verify(testAttestationRoot().publicKey)).toBe(true);
    expect(f9.checkIssued(testAttestationRoot())).toBe(true);
    expect(attestation.subject).toBe('CN=YubiKey PIV Attestation 9a');
    const spki = attestation.publicKey.export({ type: 'spki', format: 'der' }).toString('hex').toUpperCase();
    expect(spki.endsWith(generated.slice(-128))).toBe(true);
    const raw = attestation.raw.toString('hex').toUpperCase();
    const arc = '2B0601040182C40A03';
    expect(raw).toContain(`060A${arc}030403050702`);
    expect(raw).toContain(`060A${arc}070406020400BC614E`);
    expect(raw).toContain(`060A${arc}0804020302`);
    expect(raw).toContain(`060A${arc}09040101`);
  });

  it('attest under whichever vendor put its key into F9', async () => {
    const vendor = await newAttestationAuthority();
    const card = new Card(
      blankCard(
        { profile: 'yubikey', serial: 12_345_678 },
        {
          privateKey: KeyObject.from(vendor.intermediateKey).export({ type: 'pkcs8', format: 'der' }),
          certificate: Buffer.from(vendor.intermediate.rawData),
        },
      ),
    );
    const chip = new TestChip(new Chip(card, () => undefined), card, []);
    await chip.expectOk(SELECT_PIV);
    await chip.authenticate('0A');
    await chip.expectOk('0047009A0BAC09800111AA0103AB0102');
    const attestation = new X509Certificate(Buffer.from(await chip.data('00F99A00'), 'hex'));
    const f9 = await intermediate(chip);
    expect(attestation.verify(f9.publicKey) && attestation.checkIssued(f9)).toBe(true);
    expect(f9.verify(new X509Certificate(vendor.root).publicKey)).toBe(true);
    expect(f9.verify(testAttestationRoot().publicKey)).toBe(false);
  });

  it('attest neither an empty slot nor an imported key, nor without an attestation certificate', async () => {
    const chip = await blankChip('yubikey');
    await chip.authenticate('0A');
    expect(await chip.status('00F99A00')).toBe('6F00');
    await chip.expectOk(withData('00FE119A', tag('06', '11'.repeat(32))));
    expect(await chip.data('00F7009A')).toMatch(/^01011102020201030102/);
    expect(await chip.status('00F99A00')).toBe('6F00');
    await chip.expectOk('0047009A05AC03800111');
    await chip.expectOk(withData('00DB3FFF', `5C035FFF01${tag('53', '7002CAFE')}`));
    expect(await chip.status('00F99A00')).toMatch(/^6/);
    expect(chip.defects).toEqual([]);
  });

  it('set the tries, and the factory PIN and PUK with them', async () => {
    const chip = await blankChip('yubikey');
    await chip.expectOk(`0024008010${pin('123456')}${pin('654321')}`);
    await chip.authenticate('0A');
    expect(await chip.status('00FA0504')).toBe('6982');
    await chip.expectOk(`0020008008${pin('654321')}`);
    expect(await chip.status('00FA0504')).toBe('9000');
    expect(await chip.data('00F70080')).toBe('0101FF05010106020505');
    expect(await chip.data('00F70081')).toBe('0101FF05010106020404');
  });

  it('reset the card once PIN and PUK are blocked, and keep its attestation', async () => {
    const chip = await blankChip('yubikey');
    await chip.authenticate('0A');
    await chip.expectOk('0047009A05AC03800111');
    await chip.expectOk(withData('00DB3FFF', `5C035FC102${tag('53', '3000')}`));
    const f9 = await intermediate(chip);
    expect(await chip.status('00FB0000')).toBe('6985');
    for (let tries = 0; tries < 3; tries++) await chip.status(`0020008008${pin('111111')}`);
    expect(await chip.status('00FB0000')).toBe('6985');
    for (let tries = 0; tries < 3; tries++) await chip.status(`002C008010${pin('11111111')}${pin('222222')}`);
    expect(await chip.status('00FB0000')).toBe('9000');
    expect(await chip.status(VERIFY_FACTORY_PIN)).toBe('9000');
    expect(await chip.status('00F7009A')).toBe('6A88');
    expect(await chip.status(withData('00CB3FFF', '5C035FC102'))).toBe('6A82');
    expect((await intermediate(chip)).fingerprint256).toBe(f9.fingerprint256);
  });

  it('move a key to another slot and delete it', async () => {
    const chip = await blankChip('yubikey');
    await chip.authenticate('0A');
    await chip.expectOk('0047009A05AC03800111');
    const metadata = await chip.data('00F7009A');
    expect(await chip.status('00F6829A')).toBe('9000');
    expect(await chip.data('00F70082')).toBe(metadata);
    expect(await chip.status('00F7009A')).toBe('6A88');
    expect(await chip.status('00F6FF82')).toBe('9000');
    expect(await chip.status('00F70082')).toBe('6A88');
  });

  it('tell in the management application what the device is', async () => {
    const chip = await blankChip('yubikey');
    const greeting = await chip.data('00A4040008A000000527471117');
    expect(Buffer.from(greeting, 'hex').toString('ascii')).toMatch(/5\.7\.2$/);
    const information = await chip.data('001D0000');
    expect(Number.parseInt(information.slice(0, 2), 16)).toBe(information.length / 2 - 1);
    expect(information).toContain('020400BC614E');
  });
});

async function intermediate(chip: TestChip): Promise<X509Certificate> {
  const object = Buffer.from(await chip.data(withData('00CB3FFF', '5C035FFF01')), 'hex');
  return new X509Certificate(object.subarray(object.indexOf(0x30), object.length - 5));
}
