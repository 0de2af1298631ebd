import { fetchFrom } from '../../support/cms-fetch.js';
import type { ScriptedCms } from '../../support/scripted-cms.js';
import { ScriptedMobileCms } from '../../support/scripted-mobile-cms.js';
import { eventsFrom } from './played-events.js';

/** Puts a scripted CMS in the place of the network of this page. */
export function connectPage(cms: ScriptedCms): void {
  globalThis.fetch = fetchFrom(() => cms);
  if (cms instanceof ScriptedMobileCms) Object.assign(globalThis, { EventSource: eventsFrom(cms) });
}
