import { expect, it } from '@jest/globals';
import type { TemplateResult } from 'lit';
import { readyIllustration } from '../../../sdk/src/elements/icons.js';

/** The contacts of a card, and the socket of a key. */
const CHIP = 'M86 44h24v20H86Z';
const PLUG = 'M152 44h30v28h-30Z';

/** Returns the mark-up of a template and of the templates in it. */
const markupOf = ({ strings, values }: TemplateResult<1 | 2 | 3>): string =>
  [...strings, ...values.map((value) => (isTemplate(value) ? markupOf(value) : ''))].join('');
const isTemplate = (value: unknown): value is TemplateResult<1 | 2 | 3> =>
  typeof value === 'object' && value !== null && 'strings' in value;

it.each([
  ['a card', { drawing: 'card' }, [true, false]],
  ['a security key', { drawing: 'key' }, [false, true]],
  ['what a host before protocol 3.2 found', {}, [true, false]],
] as const)('draws %s when it is ready', (_what, device, [asCard, asKey]) => {
  const markup = markupOf(readyIllustration(device));
  expect([markup.includes(CHIP), markup.includes(PLUG)]).toEqual([asCard, asKey]);
});
