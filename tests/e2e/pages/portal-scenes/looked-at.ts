import type { Page } from 'puppeteer-core';
import type { PortalScene } from '../../../support/portal-pages.js';

/** A scene of which a picture is taken. */
export interface LookedAt extends PortalScene {
  /** Matches once the page is there. */
  readonly shows: string;
  /** Brings the page to the state that the picture shows. */
  readonly act?: (page: Page) => Promise<void>;
}
