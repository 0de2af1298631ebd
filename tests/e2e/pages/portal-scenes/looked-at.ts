import type { Page } from 'puppeteer-core';
import type { PortalScene } from '../../../support/portal-pages.js';

/** A scene to photograph. */
export interface LookedAt extends PortalScene {
  /** Matches once the page is loaded. */
  readonly shows: string;
  /** Brings the page to the photographed state. */
  readonly act?: (page: Page) => Promise<void>;
}
