import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { permitsPasskeys } from '../../passkeys/open-passkey-services.js';
import { isLoopback } from '../../passkeys/settings.js';
import { readConfiguration, type Configuration } from '../../settings/configuration.js';
import { judgeSettings } from '../../settings/judge-settings.js';
import type { Settings } from '../../settings/read-settings.js';
import { Unfit, type Setting } from '../../settings/setting.js';
import { SETTINGS } from '../../settings/table.js';
import { completeDatabaseUrl, EMBEDDED, maskedPassword, requireUsable } from './postgres-question.js';
import type { Person, Question } from './question.js';

/** The state on which the questions about settings depend. */
export interface Situation {
  /** The settings that are set, with those that were chosen so far, but without the keys. */
  readonly chosen: Settings;
  /** Undefined if nobody is asked. */
  readonly person: Person | undefined;
}

/** A question whose answer becomes a setting. */
export interface SettingQuestion {
  readonly setting: Setting;
  /** True if a person is asked, considering what was chosen before. */
  readonly isAsked: (chosen: Configuration) => boolean;
  /** Makes the question. Its answer is the text of the setting in the environment; null leaves the setting at its default. */
  readonly ask: (situation: Situation) => Question<string | null>;
}

/** Answer that leaves the proxies at their default. */
const NONE = 'none';
const ANY_ADDRESS = ['0.0.0.0', '::'];

/** The settings that the guide asks for, in this order. A later question may depend on earlier answers. */
export const SETTING_QUESTIONS: readonly SettingQuestion[] = [
  {
    setting: SETTINGS.origin,
    isAsked: () => true,
    ask: ({ chosen }) => ({
      option: 'origin',
      prompt: 'Address of the portal',
      purpose:
        'The address that people open: https, and a name. To try the portal on this computer alone, http://localhost.',
      standard: usualOrigin(readConfiguration(chosen)),
      judge: (answer) => {
        const origin = originOf(answer);
        requireFit(SETTINGS.origin, origin, { ...chosen, CARDWRIGHT_SECOND_FACTOR: 'nobody' });
        if (readConfiguration(chosen).secondFactor !== 'nobody' && !permitsPasskeys(origin))
          throw new Unfit('expected a name, because browsers have no passkeys for an IP address');
        return origin;
      },
    }),
  },
  {
    setting: SETTINGS.databaseUrl,
    isAsked: () => true,
    ask: ({ chosen, person }) => ({
      option: 'database-url-file',
      prompt: 'Database',
      purpose: `Where the portal keeps its data: "${EMBEDDED}" for a single process, or PostgreSQL, as in postgres://cardwright@localhost/cardwright.`,
      standard: EMBEDDED,
      shown: maskedPassword,
      judge: async (answer) => {
        if (answer === EMBEDDED) return null;
        const url = await completeDatabaseUrl(answer, person);
        await requireUsable(url, chosen);
        return url;
      },
    }),
  },
  {
    setting: SETTINGS.trustedProxies,
    // Without https there is no proxy.
    isAsked: ({ origin }) => origin?.startsWith('https:') === true,
    ask: ({ chosen }) => ({
      option: 'trusted-proxies',
      prompt: 'Addresses of the proxy',
      purpose: `The proxy that does TLS for the portal, which itself speaks http on port ${readConfiguration(chosen).port}. With commas between several; "${NONE}" if there is none.`,
      standard: '127.0.0.1',
      judge: (answer) => {
        if (answer === NONE) return null;
        const proxies = answer.split(',').map((one) => one.trim());
        requireFit(SETTINGS.trustedProxies, proxies.join(','), chosen);
        return proxies.join(',');
      },
    }),
  },
  {
    setting: SETTINGS.host,
    isAsked: ({ trustedProxies }) => trustedProxies.some((one) => !isOfThisComputer(one)),
    ask: () => ({
      option: 'host',
      prompt: 'Address to listen on',
      purpose:
        'The proxy is on another computer. The portal speaks http with it, at this address of a network that others cannot read.',
      standard: ownAddresses().find((address) => isIP(address) === 4 && !isLoopback(address)) ?? '127.0.0.1',
      judge: (answer) => {
        if (!ANY_ADDRESS.includes(answer) && !ownAddresses().includes(answer))
          throw new Unfit('expected an address of this computer');
        return answer;
      },
    }),
  },
];

/**
 * Judges a setting together with those that were chosen before.
 *
 * @throws Unfit with what was expected
 */
function requireFit({ variable }: Setting, written: string, chosen: Settings): void {
  const judged = judgeSettings({ ...chosen, [variable]: written });
  if ('problems' in judged) throw new Unfit(judged.problems[0].what);
}

/** Returns the origin of an address, if the address has nothing else, or else the address as it is. */
function originOf(answer: string): string {
  if (!URL.canParse(answer)) return answer;
  const { origin, href } = new URL(answer);
  return href === `${origin}/` ? origin : answer;
}

function usualOrigin({ port }: Configuration): string {
  const name = hostname().toLowerCase();
  return name.includes('.') ? `https://${name}` : `http://localhost:${port}`;
}

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));

const isOfThisComputer = (network: string): boolean => network.startsWith('127.') || network === '::1';
