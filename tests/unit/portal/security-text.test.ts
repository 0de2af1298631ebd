import { describe, expect, it } from '@jest/globals';
import { writeSecurityText } from '../../../portal/src/server/routes/security.js';

const CONTACTS = ['mailto:security@example.com', 'https://example.com/report'];
const NOW = new Date('2026-11-30T00:00:00Z');
const DAY = 24 * 60 * 60 * 1000;

/** Returns the fields of a file in their order (RFC 9116, 2.3). */
const fieldsOf = (text: string): string[][] =>
  text
    .split('\r\n')
    .slice(0, -1)
    .map((line) => line.split(/: (.*)/s).slice(0, 2));

describe('security.txt', () => {
  it('names the contacts in their order, its languages and its own address', () => {
    const fields = fieldsOf(writeSecurityText(CONTACTS, 'https://cms.example.com', NOW));
    expect(fields.filter(([name]) => name !== 'Expires')).toEqual([
      ['Contact', 'mailto:security@example.com'],
      ['Contact', 'https://example.com/report'],
      ['Preferred-Languages', 'en, de'],
      ['Canonical', 'https://cms.example.com/.well-known/security.txt'],
    ]);
  });

  it('can be relied on for some months, and less than a year', () => {
    const fields = fieldsOf(writeSecurityText(CONTACTS, 'https://cms.example.com', NOW));
    const expiries = fields.flatMap(([name, value = '']) => (name === 'Expires' ? [Date.parse(value)] : []));
    expect(expiries).toHaveLength(1);
    expect(expiries[0]).toBeGreaterThan(NOW.getTime() + 30 * DAY);
    expect(expiries[0]).toBeLessThan(NOW.getTime() + 365 * DAY);
  });

  it('names no address of its own that is not https', () => {
    expect(writeSecurityText(CONTACTS, 'http://localhost:8080', NOW)).not.toContain('Canonical');
  });
});
