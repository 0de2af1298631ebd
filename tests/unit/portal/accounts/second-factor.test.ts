import { describe, expect, it } from '@jest/globals';
import { ROLES, RIGHTS_OF, type Grant, type Role } from '../../../../portal/src/server/rights.js';
import {
  SECOND_FACTOR_RULES,
  sessionRights,
  type SecondFactor,
  type SecondFactorRule,
} from '../../../../portal/src/server/accounts/second-factor.js';
import { isTwoFactors } from '../../../../portal/src/server/login/oidc/second-factor.js';

const everywhere = (...roles: readonly Role[]): Grant[] => roles.map((role) => ({ role, group: null }));

describe('the second factor', () => {
  const CELLS = SECOND_FACTOR_RULES.flatMap((rule) => ROLES.map((role) => ({ rule, role })));

  it.each(CELLS)('is needed of the role $role as the rule $rule says', ({ rule, role }) => {
    const isNeeded = { staff: role !== 'user', everyone: true, nobody: false }[rule];
    const { secondFactor, reaches } = sessionRights(rule, everywhere(role), false);
    expect(secondFactor).toBe(isNeeded ? 'needed' : 'unneeded');
    expect([...reaches.keys()].sort()).toEqual(isNeeded ? ['own-account'] : RIGHTS_OF[role].toSorted());
  });

  it.each(CELLS)('gives the role $role all its rights under the rule $rule once it was given', ({ rule, role }) => {
    const { secondFactor, reaches } = sessionRights(rule, everywhere(role), true);
    expect(secondFactor).toBe('given');
    expect([...reaches.keys()].sort()).toEqual(RIGHTS_OF[role].toSorted());
  });

  it.each<[string, readonly Grant[], SecondFactor]>([
    ['a user with another role', everywhere('user', 'auditor'), 'needed'],
    ['an operator of a group', [{ role: 'operator', group: 'Berlin' }], 'needed'],
    ['a person without any role', [], 'unneeded'],
  ])('is judged of %s', (_who, grants, expected) => {
    expect(sessionRights('staff', grants, false).secondFactor).toBe(expected);
    const rule: SecondFactorRule = 'everyone';
    expect(sessionRights(rule, grants, false).secondFactor).toBe(grants.length === 0 ? 'unneeded' : 'needed');
  });

  it('takes the right to issue devices away, because the passkey of a new one would be a second factor', () => {
    expect([...sessionRights('staff', everywhere('user', 'operator'), false).reaches.keys()]).toEqual(['own-account']);
  });
});

describe('a provider', () => {
  const trusted = { secondFactor: 'provider', requiredAcr: [] } as const;
  const asked = { secondFactor: 'provider', requiredAcr: ['urn:example:mfa', 'mfa'] } as const;

  it.each([
    ['is trusted where no value is required', trusted, {}, true],
    ['is not asked where the second factor is given here', { ...asked, secondFactor: 'here' }, { acr: 'mfa' }, false],
    ['says so by acr', asked, { acr: 'urn:example:mfa' }, true],
    ['says so by amr', asked, { acr: '1', amr: ['pwd', 'mfa'] }, true],
    ['does not say so', asked, { acr: 'urn:example:password', amr: ['pwd'] }, false],
    ['says nothing', asked, {}, false],
    ['says so in another form', asked, { acr: ['mfa'], amr: 'mfa' }, false],
  ] as const)('%s', (_what, settings, claims, expected) => {
    expect(isTwoFactors(settings, claims)).toBe(expected);
  });
});
