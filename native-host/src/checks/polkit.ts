import type { System } from '../system/system.js';

/** Actions of pcsc-lite's polkit policy (org.debian.pcsc-lite.policy): access to the service, and to a card. */
const ACTIONS = ['org.debian.pcsc-lite.access_pcsc', 'org.debian.pcsc-lite.access_card'];

/** The probable reason why polkit denies access to smart cards, and the remedy. */
export interface Admission {
  /** The state of the user's session, as a sentence. */
  readonly session: string;
  readonly remedy: string;
}

/**
 * Finds out why the system denies access to smart cards. pcsc-lite's own policy admits only users with an active local session, so
 * systemd-logind is asked for the session.
 */
export async function howToBeAdmitted(system: System): Promise<Admission> {
  if (system.platform !== 'linux') {
    return { session: '', remedy: 'Find out which policy or program of the system denies access to smart cards.' };
  }
  const id = system.env.XDG_SESSION_ID ?? 'self';
  const properties = ['Active', 'Remote', 'State'].flatMap((name) => ['-p', name]);
  const output = await system.run('loginctl', ['show-session', id, ...properties]);
  return {
    session: output === null ? 'systemd-logind knows no session of this process.' : sessionInWords(output),
    remedy: `Sign in at the computer itself, or let polkit admit the user, in /etc/polkit-1/rules.d/50-cardwright.rules:\n${ruleFor(system.user())}`,
  };
}

function sessionInWords(output: string): string {
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1] ?? 'unknown';
  const place = { yes: 'remote', no: 'local' }[value('Remote')] ?? 'unknown';
  return `This process belongs to a ${place} session whose state is ${value('State')}.`;
}

/** Returns a rule for polkit that admits the user (polkit(8), "Authorization rules"). */
const ruleFor = (user: string): string =>
  [
    'polkit.addRule(function (action, subject) {',
    `  if (${JSON.stringify(ACTIONS)}.indexOf(action.id) >= 0 && subject.user == ${JSON.stringify(user)}) {`,
    '    return polkit.Result.YES;',
    '  }',
    '});',
  ].join('\n');
