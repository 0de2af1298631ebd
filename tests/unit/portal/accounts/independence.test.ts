import { describe, expect, it } from '@jest/globals';
import { Independence, type PowerAct } from '../../../../portal/src/server/accounts/independence.js';
import { findWay, judgeOf, without } from '../../../support/one-person-alone.js';

const appointed = (subject: string): PowerAct => ({ kind: 'appointed', subject });
const taken = (subject: string, by: string): PowerAct => ({ kind: 'taken', subject, by });
const made = (subject: string, by: string): PowerAct => ({ kind: 'made', subject, by });
const confirmed = (subject: string, by: string): PowerAct => ({ kind: 'confirmed', subject, by });
const proposed = (subject: string): PowerAct => ({ kind: 'proposed', subject, proposal: 'p' });

/** Administrators whom the server has appointed. */
const SERVER = ['ada', 'ben', 'cleo'].map(appointed);

/** Histories, each with whether what ada proposes (`p`, or at the end) may be confirmed by someone. */
const HISTORIES: readonly (readonly [what: string, acts: readonly PowerAct[], confirms: string, may: boolean])[] = [
  ['the server has appointed both', [], 'ben', true],
  ['she confirms her own', [], 'ada', false],
  ['her puppet', [made('puppet', 'ada')], 'puppet', false],
  ['a puppet of her puppet', [made('puppet', 'ada'), made('other', 'puppet')], 'other', false],
  ['a role given after proposing', [appointed('dan'), proposed('ada'), taken('dan', 'ada')], 'dan', false],
  ['another one was disabled and enabled', [taken('ben', 'ada')], 'ben', false],
  ['someone else was reset by a third one', [taken('ben', 'cleo')], 'ben', true],
  ['made by one who was reset by her', [taken('ben', 'ada'), made('dan', 'ben')], 'dan', false],
  ['made by one before she was reset', [made('dan', 'ben'), taken('ben', 'ada')], 'dan', true],
  ['her puppet, for which another one stands', [made('dan', 'ada'), confirmed('dan', 'ben')], 'dan', true],
  ['her puppet, for which she stands', [made('dan', 'ada'), confirmed('dan', 'ada')], 'dan', false],
  ['two puppets for each other', [made('x', 'ada'), made('y', 'ada'), confirmed('x', 'y')], 'x', false],
  [
    'her puppet, which another one has reset, and for which she stands',
    [made('dan', 'ada'), taken('dan', 'ben'), confirmed('dan', 'ada')],
    'dan',
    false,
  ],
  [
    'her puppet, which another one has reset, and for which both stand',
    [made('dan', 'ada'), taken('dan', 'ben'), confirmed('dan', 'ada'), confirmed('dan', 'ben')],
    'dan',
    true,
  ],
  [
    'someone stood for it, and it was taken again',
    [made('dan', 'ada'), confirmed('dan', 'ben'), taken('dan', 'ada')],
    'dan',
    false,
  ],
  ['the server says that a puppet is none', [made('dan', 'ada'), appointed('dan')], 'dan', true],
  [
    'proposed while another had the account, who then confirms',
    [taken('ada', 'ben'), proposed('ada'), appointed('ada')],
    'ben',
    false,
  ],
  ['proposed before another had the account', [proposed('ada'), taken('ada', 'ben')], 'ben', true],
  ['an account of which nothing is known', [], 'unheard-of', true],
];

describe('who may confirm what ada proposes', () => {
  it.each(HISTORIES)('%s', (_, acts, confirms, may) => {
    expect(new Independence([...SERVER, ...acts]).sharedWithAuthor('p', 'ada', confirms).length === 0).toBe(may);
  });

  it('says through whom two accounts hang together', () => {
    const after = new Independence([...SERVER, made('dan', 'ada'), made('eve', 'dan')]);
    expect(after.sharedWithAuthor('p', 'dan', 'eve').toSorted()).toEqual(['ada', 'dan']);
    expect(after.handsOn('eve').toSorted()).toEqual(['ada', 'dan']);
    expect(after.areIndependent('ben', 'eve')).toBe(true);
    expect(after.areIndependent('ada', 'eve')).toBe(false);
    expect(new Independence([]).areIndependent('one', 'other')).toBe(false);
  });
});

describe('generated histories of two to four people', () => {
  it('find no way for one person alone', () => expect(findWay(judgeOf(), 10_000)).toBeNull());

  it.each([
    ['what is made is its maker’s', judgeOf(without('made')), /made made-\d/],
    ['a role is given by someone', judgeOf(without('roles')), /roles /],
    ['what is enabled is in the hands of who enables it', judgeOf(without('enabled')), /enabled /],
    ['a password is reset by someone', judgeOf(without('reset')), /reset /],
    ['a second factor is taken by someone', judgeOf(without('second-factor')), /second-factor /],
    ['acting alone is a setting', judgeOf(undefined, (others) => others === 0), /disables|takes the role/],
  ])('find one without the rule that %s', (_, judge, step) => {
    const found = findWay(judge, 300_000);
    expect(found?.some((line) => step.test(line))).toBe(true);
  });
});
