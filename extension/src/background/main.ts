import { CardwrightError } from '@cardwright/protocol';
import { MAX_SESSIONS_OF_TAB } from '@cardwright/protocol/limits';
import type { Notification, sessionEnded } from '@cardwright/protocol/messages';
import type * as v from 'valibot';
import { browser, type Runtime } from '../browser.js';
import { INSPECTOR_PORT } from '../inspector-message.js';
import { WINDOW_PORT_PREFIX } from '../own-window.js';
import { expectFirstPolicy } from '../policy/first-policy.js';
import { isOnlyRecorded } from '../recorded-keys.js';
import { forgetPrivateAnswers, type Site } from '../remembered-answers.js';
import { serveInspector } from './inspector-port.js';
import type { Outcome } from './outcome.js';
import { serveOwnPage, type Respond } from './own-requests.js';
import { OwnWindows } from './own-windows.js';
import { pageSender } from './page-sender.js';
import { PageSession } from './page-session.js';
import { RecentFailures } from './recent-failures.js';
import { SiteAccess } from './site-access.js';
import { Trace } from './trace.js';
import { UserOffers } from './user-offers.js';
import { WaitingUpdate } from './waiting-update.js';

const windows = new OwnWindows();
const access = new SiteAccess(({ origin, classes }, owner, signal) =>
  windows.ask('consent', { origin, classes: [...classes] }, { owner, signal }),
);
const offers = new UserOffers(windows);
const failures = new RecentFailures();
const sessions = new Map<PageSession, number | undefined>();
const trace = new Trace({
  live: () => sessions.keys(),
  tellApdus: (apdus) => {
    for (const session of sessions.keys()) session.tellApdus(apdus);
  },
});

const update = new WaitingUpdate({
  areInUse: () => [...sessions.keys()].some(({ hasHost }) => hasHost),
  end: async () => (await Promise.all([...sessions.keys()].map((session) => session.endForUpdate()))).length,
});

// The browser wakes the background for an event only if its listener was registered synchronously, so there is no `await` before these
// registrations.
expectFirstPolicy();

browser.runtime.onConnect.addListener((port) => {
  if (port.name === 'page') openSession(port);
  else if (port.name === INSPECTOR_PORT) void serveInspector(port, trace, runInSession);
  else if (port.name.startsWith(WINDOW_PORT_PREFIX)) windows.accept(port);
  else port.disconnect();
});

browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender, respond: Respond) =>
  serveOwnPage(message, sender, respond, { access, trace, failures, siteIn }),
);

browser.windows.onRemoved.addListener((windowId) => {
  windows.closed(windowId);
  void forgetPrivateAnswers();
});

browser.storage.onChanged.addListener((changes) => {
  if (isOnlyRecorded(changes)) return;
  void access.policyChanged();
  for (const session of sessions.keys()) void session.checkGrant();
});

/** Returns the site of the latest session in a tab. Returns null if the tab has no session, or only sessions of pages that may not use Cardwright. */
function siteIn(tabId: number): Site | null {
  const session = [...sessions.keys()].findLast((one) => one.site !== null && sessions.get(one) === tabId);
  return session?.site ?? null;
}

function openSession(port: Runtime.Port): void {
  const tabId = port.sender?.tab?.id;
  if ([...sessions.values()].filter((other) => other === tabId).length >= MAX_SESSIONS_OF_TAB) {
    refuseSession(port);
    return;
  }
  const shared = { access, offers, windows, trace, failures };
  const session = new PageSession(port, pageSender(port.sender), shared, () => {
    sessions.delete(session);
    update.sessionEnded(session.hasHost);
  });
  sessions.set(session, tabId);
}

/** Runs an inspector's command in a live session, with the rights of the session's page. Answers with `CANCELLED` if the session no longer exists. */
async function runInSession(id: string, method: string, params: Record<string, unknown>): Promise<Outcome> {
  const session = [...sessions.keys()].find((candidate) => candidate.id === id);
  return session ? session.run(method, params) : { error: new CardwrightError('CANCELLED').toWire() };
}

function refuseSession(port: Runtime.Port): void {
  const params: v.InferOutput<typeof sessionEnded> = { error: new CardwrightError('TOO_MANY_SESSIONS').toWire() };
  const lastWord: Notification = { jsonrpc: '2.0', method: 'session.ended', params };
  port.postMessage(lastWord);
  port.disconnect();
}
