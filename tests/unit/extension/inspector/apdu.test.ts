import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { wholeExchange } from '../../../../extension/src/pages/inspector/model/apdu-chain.js';
import { certificateWords } from '../../../../extension/src/pages/inspector/model/certificate-words.js';
import { certificatesIn, tlvTree, type TlvNode } from '../../../../extension/src/pages/inspector/model/tlv-tree.js';
import { fromHex, toHex } from '../../../../extension/src/pages/inspector/model/tlv.js';
import { CERTIFICATE, TraceWriter } from '../../../support/trace-writer.js';

/** Returns a tree as indented lines of text. */
const tlvLines = (nodes: readonly TlvNode[], indent = ''): string[] =>
  nodes.flatMap(({ tag, name, length, value, words, parts }) => [
    `${indent}${tag} ${name} (${length})${words === '' ? '' : ` = ${words}`}${value === null || words !== '' ? '' : ` ${toHex(value)}`}`,
    ...tlvLines(parts, `${indent}  `),
  ]);

describe('data objects', () => {
  it.each([
    ['5c035fc102', ['5C Tag list (3) = CHUID']],
    ['ac03800111', ['AC Control reference template (3)', '  80 Algorithm (1) = P-256']],
    ['7c0480008100', ['7C Dynamic authentication template (4)', '  80 Witness (0) ', '  81 Challenge (0) ']],
    [
      '7e124f0ba000000308000010000100' + '5f2f0240' + '00',
      [
        '7E Discovery object (18)',
        '  4F Application identifier (11) a000000308000010000100',
        '  5F2F PIN usage policy (2) 4000',
      ],
    ],
    [
      '53123410' + '000102030405060708090a0b0c0d0e0f',
      ['53 Data (18)', '  34 GUID (16) = 00010203-0405-0607-0809-0a0b0c0d0e0f'],
    ],
  ])('are named in %s', (digits, lines) => {
    expect(tlvLines(tlvTree(fromHex(digits)))).toEqual(lines);
  });

  it.each(['', '00', '5c', '5c05ff', '5c840000000001', '1f', '1fffffff01', 'ff', 'deadbeef'])(
    'are not found in %s',
    (digits) => {
      expect(tlvTree(fromHex(digits))).toEqual([]);
    },
  );

  it('end at a depth', () => {
    let nested = '3000';
    for (let depth = 0; depth < 60; depth += 1)
      nested = `30${(nested.length / 2).toString(16).padStart(2, '0')}${nested}`;
    expect(tlvLines(tlvTree(fromHex(nested))).length).toBeLessThan(20);
  });
});

describe('a certificate', () => {
  it('is described in the words of OpenSSL', () => {
    const words = certificateWords(fromHex(CERTIFICATE));
    const openssl = execFileSync(
      'openssl',
      [
        'x509',
        '-inform',
        'DER',
        '-noout',
        '-subject',
        '-serial',
        '-dates',
        '-dateopt',
        'iso_8601',
        '-nameopt',
        'RFC2253,sep_comma_plus_space',
      ],
      { input: Buffer.from(CERTIFICATE, 'hex'), encoding: 'utf8' },
    );
    expect(openssl).toContain(`subject=${words?.subject}`);
    expect(openssl).toContain(`serial=${words?.serial.toUpperCase()}`);
    expect(openssl).toContain(`notBefore=${words?.notBefore}Z`);
    expect(openssl).toContain(`notAfter=${words?.notAfter}Z`);
    expect(words).toMatchObject({
      key: 'P-256',
      signature: 'ECDSA with SHA-256',
      names: ['email: alice@portal.example', 'UPN: alice@portal.example'],
    });
  });

  it('is found in the answer to GET DATA', () => {
    const writer = new TraceWriter('aaaa');
    const inner = `7082${(CERTIFICATE.length / 2).toString(16).padStart(4, '0')}${CERTIFICATE}710100fe00`;
    const whole = `5382${(inner.length / 2).toString(16).padStart(4, '0')}${inner}`;
    // As a card without extended lengths answers.
    writer
      .apdu('1', 'certificate.read', { response: whole.slice(0, 512), statusWord: 0x6100 })
      .apdu('1', 'certificate.read', { ins: 0xc0, response: whole.slice(512) });
    const [first, second] = writer.entries;
    if (first?.kind !== 'apdu' || second?.kind !== 'apdu') throw new Error('they are APDUs');
    const { response, parts } = wholeExchange(second, writer.entries);
    expect(parts).toEqual([first, second]);
    expect(certificatesIn(tlvTree(fromHex(response ?? ''))).map(certificateWords)).toMatchObject([{ key: 'P-256' }]);
  });

  it.each([
    '',
    '30',
    '3003020101',
    '3082ffff',
    '308100',
    CERTIFICATE.slice(0, 200),
    CERTIFICATE.replaceAll('30', '31'),
  ])('is not found in other bytes: %s', (digits) => {
    expect(certificateWords(fromHex(digits))).toBeNull();
  });

  it('is read, or refused, whichever of its bytes is changed', () => {
    const bytes = fromHex(CERTIFICATE);
    for (let at = 0; at < bytes.length; at += 1) {
      const spoilt = Uint8Array.from(bytes);
      spoilt[at] = (spoilt[at] ?? 0) ^ 0xff;
      expect(() => certificateWords(spoilt)).not.toThrow();
    }
  });
});

describe('a command over several APDUs', () => {
  it('is joined from its chain', () => {
    const writer = new TraceWriter('aaaa');
    writer
      .apdu('1', 'certificate.write', { cla: 0x10, ins: 0xdb, data: '5c03' })
      .apdu('1', 'certificate.write', { cla: 0x00, ins: 0xdb, data: '5fc105' })
      .apdu('1', 'certificate.write', { ins: 0xcb, data: 'ff' });
    const [first] = writer.entries;
    if (first?.kind !== 'apdu') throw new Error('it is an APDU');
    expect(wholeExchange(first, writer.entries)).toMatchObject({ data: '5c035fc105', parts: { length: 2 } });
  });

  it('is not joined if one part was left out', () => {
    const writer = new TraceWriter('aaaa');
    writer.apdu('1', 'x', { cla: 0x10, data: 'aa' }).apdu('1', 'x', { data: null });
    const [first] = writer.entries;
    if (first?.kind !== 'apdu') throw new Error('it is an APDU');
    expect(wholeExchange(first, writer.entries).data).toBeNull();
  });
});
