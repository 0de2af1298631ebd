import type { System } from '../system/system.js';

/** Actions of pcsc-lite's policy (org.debian.pcsc-lite.policy): the service, and each card. */
const ACTIONS = ['org.debian.pcsc-lite.access_pcsc', 'org.debian.pcsc-lite.access_card'];

/** The probable reason why the system refuses, and how to admit the user. */
export interface Admission {
  /** The state of the user's session, as a sentence. */
  readonly session: string;
  readonly remedy: string;
}

/** Asks systemd-logind for the user's session. By pcsc-lite's own policy, polkit admits only users with an active local one. */
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

/** polkit(8), "Authorization rules". */
const ruleFor = (user: string): string =>
  [
    'polkit.addRule(function (action, subject) {',
    `  if (${JSON.stringify(ACTIONS)}.indexOf(action.id) >= 0 && subject.user == ${JSON.stringify(user)}) {`,
    '    return polkit.Result.YES;',
    '  }',
    '});',
  ].join('\n');
