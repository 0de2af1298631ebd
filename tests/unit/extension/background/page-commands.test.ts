import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  CardwrightError,
  asCardwrightError,
  commands,
  isMethod,
  isPageMethod,
  type Method,
} from '@cardwright/protocol';
import type { Request } from '@cardwright/protocol/messages';
import type { AttendedCommands } from '../../../../extension/src/background/page-commands.js';
import { PageCommands } from '../../../../extension/src/background/page-commands.js';
import { GRANT_CLASSES, type GrantClass } from '@cardwright/protocol/settings';

const METHODS = Object.keys(commands).filter(isMethod);
const WITHOUT_CLASS = METHODS.filter((method) => commands[method].permission === 'none');
const OF_PAGES = METHODS.filter(isPageMethod);

/** Commands that reached a handler or the host. */
let reached: string[];
/** Classes granted to the site; null before the session is open. */
let granted: readonly GrantClass[] | null;
beforeEach(() => {
  reached = [];
  granted = GRANT_CLASSES;
});

/** Tells the sender of a command that it arrived. It is an error, because no result would fit every command. */
class Arrived extends Error {}

const attend = (name: string) => (): Promise<never> => {
  reached.push(`extension: ${name}`);
  return Promise.reject(new Arrived());
};
const attended: AttendedCommands = {
  initialize: attend('initialize'),
  'access.request': attend('access.request'),
  'window.show': attend('window.show'),
  'diagnostics.offerBundle': attend('diagnostics.offerBundle'),
  'diagnostics.showTrace': attend('diagnostics.showTrace'),
  'secret.prepareDisplay': attend('secret.prepareDisplay'),
  'secret.display': attend('secret.display'),
  'device.list': attend('device.list'),
  'step.run': attend('step.run'),
};
const pageCommands = new PageCommands(attended, {
  get opened() {
    if (granted === null) throw new CardwrightError('NOT_INITIALIZED');
    return { granted };
  },
  run: (method: Method) => {
    reached.push(`host: ${method}`);
    return Promise.reject(new Arrived());
  },
});

/** The code of the refusal; null where the command arrived. */
async function refusalOf(method: string, params: Request['params'] = {}): Promise<string | null> {
  const site = { origin: 'https://portal.example', tabId: 1, isPrivate: false };
  const asked = { site, sender: 'page', isActive: false, signal: new AbortController().signal } as const;
  try {
    await pageCommands.answer({ jsonrpc: '2.0', id: 1, method, params }, asked);
  } catch (error) {
    return error instanceof Arrived ? null : asCardwrightError(error, () => undefined).code;
  }
  return 'neither';
}

describe('a command of a page', () => {
  it.each(OF_PAGES)('%s reaches nothing with a parameter that the table lacks', async (method) => {
    expect(await refusalOf(method, { surprise: true })).toBe('INVALID_PARAMS');
    expect(reached).toEqual([]);
  });

  it('waits for the session, unless it has no class', async () => {
    granted = null;
    for (const method of METHODS.filter((one) => !WITHOUT_CLASS.includes(one)))
      expect([method, await refusalOf(method)]).toEqual([method, 'NOT_INITIALIZED']);
    expect(reached).toEqual([]);
    expect(await refusalOf('window.show')).toBeNull();
    expect(await refusalOf('access.request', { classes: ['read'] })).toBeNull();
    expect(reached).toEqual(['extension: window.show', 'extension: access.request']);
  });

  it.each(GRANT_CLASSES)('needs the grant of its class, such as %s', async (missing) => {
    granted = GRANT_CLASSES.filter((one) => one !== missing);
    const ofClass = OF_PAGES.filter((method) => commands[method].permission === missing);
    for (const method of ofClass) expect([method, await refusalOf(method)]).toEqual([method, 'PERMISSION_DENIED']);
    expect(ofClass.length > 0 || missing === 'manage').toBe(true);
    expect(reached).toEqual([]);
  });

  it('is not one that comes in steps alone, a name of Object, or a message of another hop', async () => {
    for (const method of METHODS.filter((one) => !isPageMethod(one)))
      expect([method, await refusalOf(method)]).toEqual([method, 'STEP_REQUIRED']);
    for (const method of ['__proto__', 'toString', 'user.confirm', '$/setTrace', 'device.steal'])
      expect([method, await refusalOf(method)]).toEqual([method, 'METHOD_NOT_FOUND']);
    expect(reached).toEqual([]);
  });

  it('goes to the host, except those in which the extension takes part', async () => {
    for (const method of ['device.list', 'diagnostics.run', 'secret.prepareDisplay', 'pin.getStatus'])
      expect([method, await refusalOf(method)]).toEqual([method, null]);
    expect(await refusalOf('device.open', { device: 'serial:1' })).toBeNull();
    expect(reached).toEqual([
      'extension: device.list',
      'host: diagnostics.run',
      'extension: secret.prepareDisplay',
      'host: pin.getStatus',
      'host: device.open',
    ]);
  });
});
