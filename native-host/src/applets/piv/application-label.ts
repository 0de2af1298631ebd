import { findTlv, ifTlv } from '../../iso7816/tlv.js';

/** Tags of the application property template, which answers SELECT (SP 800-73-4 Part 2, table 3). */
const TAG_TEMPLATE = 0x61;
const TAG_LABEL = 0x50;

/** Returns the application label in the answer to SELECT. Returns null if the answer has no label, or cannot be read. */
export function readLabel(answer: Uint8Array): string | null {
  const label = ifTlv(() => {
    const template = findTlv(answer, TAG_TEMPLATE);
    return template ? findTlv(template, TAG_LABEL) : undefined;
  });
  return label ? Buffer.from(label).toString('latin1') : null;
}
