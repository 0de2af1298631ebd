import type { TracedApdu, TraceEntry } from '@cardwright/protocol/trace';
import { wholeExchange } from '../model/apdu-chain.js';
import { certificateWords, type CertificateWords } from '../model/certificate-words.js';
import { hex, statusDigits } from '../model/entry-facts.js';
import { certificatesIn, tlvTree, type TlvNode } from '../model/tlv-tree.js';
import { fromHex, toHex } from '../model/tlv.js';
import { formatDuration } from '../model/waterfall.js';
import { element } from '../../element.js';
import { t, tCount } from '../../text.js';
import { code, facts, section } from './parts.js';

/** Maximum number of bytes of a value that a line of the tree shows. */
const SHOWN_BYTES = 24;

/** Describes one APDU: its header, and the data and the response of its whole card command, as bytes and as data objects. */
export function describeApdu(apdu: TracedApdu, entries: readonly TraceEntry[]): HTMLElement[] {
  const { exchange } = apdu;
  const whole = wholeExchange(apdu, entries);
  const count = whole.parts.length;
  return [
    section(
      t('inspector_apdu_command'),
      'open',
      facts(
        [
          'CLA INS P1 P2',
          mono([exchange.cla, exchange.ins, exchange.p1, exchange.p2].map((byte) => hex(byte)).join(' ')),
        ],
        [t('inspector_apdu_instruction'), mono(exchange.instruction)],
        ['Lc', mono(String(exchange.dataLength))],
        ['Le', mono(exchange.le === null ? '–' : String(exchange.le))],
        [t('inspector_apdu_reader'), exchange.reader],
        ...(count > 1 ? [[t('inspector_apdu_chain'), t('inspector_apdu_chain_of', String(count))] as const] : []),
      ),
      ...describeData(whole.data, exchange.data === null),
    ),
    section(
      t('inspector_apdu_answer'),
      'open',
      facts(
        [t('inspector_apdu_status'), mono(`${statusDigits(exchange.statusWord)} ${exchange.meaning}`)],
        [t('inspector_column_duration'), formatDuration(exchange.duration)],
        [t('inspector_apdu_length'), mono(String(exchange.responseLength))],
      ),
      ...describeData(whole.response, exchange.response === null),
    ),
  ];
}

const mono = (text: string): HTMLElement => element('code', {}, text);

function describeData(digits: string | null, isSecret: boolean): HTMLElement[] {
  if (isSecret || digits === null) return [element('p', { class: 'withheld' }, t('inspector_apdu_withheld'))];
  if (digits === '') return [];
  const bytes = fromHex(digits);
  const tree = tlvTree(bytes);
  const certificates = certificatesIn(tree)
    .map(certificateWords)
    .filter((words) => words !== null);
  return [
    ...(tree.length === 0 ? [] : [element('ul', { class: 'tlv', lang: 'en' }, ...tree.map(node))]),
    ...certificates.map(describeCertificate),
    section(
      tCount('inspector_apdu_bytes', bytes.length),
      tree.length === 0 ? 'open' : 'folded',
      code(bytesInLines(bytes)),
    ),
  ];
}

function node({ tag, name, length, value, words, parts }: TlvNode): HTMLElement {
  const line = [
    element('code', { class: 'tag' }, tag),
    element('span', { class: 'name' }, name),
    element('span', { class: 'length' }, String(length)),
    ...(words === '' ? [] : [element('strong', {}, words)]),
    ...(value === null || value.length === 0 || words !== ''
      ? []
      : [element('code', { class: 'value' }, beginning(value))]),
  ];
  if (parts.length === 0) return element('li', {}, element('div', { class: 'node' }, ...line));
  return element('li', {}, element('div', { class: 'node' }, ...line), element('ul', {}, ...parts.map(node)));
}

const beginning = (value: Uint8Array): string =>
  `${toHex(value.subarray(0, SHOWN_BYTES), ' ')}${value.length > SHOWN_BYTES ? ' …' : ''}`;

/** Returns bytes in lines of sixteen, each with its offset in hexadecimal digits. */
function bytesInLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    lines.push(`${hex(at, 4)}  ${toHex(bytes.subarray(at, at + 16), ' ')}`);
  }
  return lines.join('\n');
}

/** Describes a certificate in words. Nothing in it is verified. */
export const describeCertificate = (certificate: CertificateWords): HTMLElement =>
  element(
    'div',
    { class: 'certificate' },
    element('h4', {}, t('inspector_certificate')),
    facts(
      [t('inspector_certificate_subject'), certificate.subject],
      [t('inspector_certificate_issuer'), certificate.issuer],
      [t('inspector_certificate_serial'), mono(certificate.serial)],
      [t('inspector_certificate_validity'), `${certificate.notBefore} – ${certificate.notAfter}`],
      [t('inspector_certificate_key'), certificate.key],
      [t('inspector_certificate_signature'), certificate.signature],
      ...(certificate.names.length === 0
        ? []
        : [[t('inspector_certificate_names'), certificate.names.join(', ')] as const]),
    ),
  );
