import type { Browser } from 'puppeteer-core';
import { playBackground } from './fake-background.js';
import { InspectorPage } from './inspector-page.js';
import { tracedSessionOf } from './trace-writer.js';

/** Opens an inspector whose background the test plays. It knows one session, and records it. */
export async function openPlayedInspector(browser: Browser, session: string): Promise<InspectorPage> {
  const inspector = await InspectorPage.open(browser, playBackground);
  await inspector.page.evaluate(
    (sessions) => {
      const recording = { active: true, kept: false, apdus: false };
      background.tell({ type: 'state', recording, sessions, dropped: 0 });
    },
    [tracedSessionOf(session)],
  );
  return inspector;
}
