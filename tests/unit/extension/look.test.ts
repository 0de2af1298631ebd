import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const theme = read('sdk/src/elements/theme.ts');
const extension = read('extension/src/pages/style.css');

/** Returns a pair of colours of the elements' theme: light and dark. */
const colours = (name: string): string[] => {
  const [, light = '', dark = ''] =
    new RegExp(`--${name}: var\\([^,]+, light-dark\\((#\\w+), (#\\w+)\\)`).exec(theme) ?? [];
  return [light, dark];
};

/** Returns a pair of colours of the extension: light and dark. */
const ofExtension = (name: string): string[] =>
  [...extension.matchAll(new RegExp(`--${name}: (#\\w+);`, 'g'))].map(([, value = '']) => value);

const long = (colour: string): string =>
  /^#\w{3}$/.test(colour)
    ? `#${Array.from(colour.slice(1))
        .map((digit) => digit + digit)
        .join('')}`
    : colour;

describe('extension and portal', () => {
  it.each(['accent', 'on-accent'])('share their %s', (name) => {
    expect(colours(name).filter((colour) => colour !== '')).toHaveLength(2);
    expect(ofExtension(name).map(long)).toEqual(colours(name));
  });

  it('share their corners', () => {
    const radius = /--radius: var\(--cardwright-radius, (\d+px)\)/.exec(theme)?.[1];
    expect(radius).toBeDefined();
    expect(/--radius: (\d+px);/.exec(extension)?.[1]).toBe(radius);
  });

  it('share their logo', () => {
    expect(read('portal/src/pages/favicon.svg')).toBe(read('extension/icons/cardwright.svg'));
  });
});
