import type { TemplateResult } from 'lit';
import { isReaching, reaching } from '../panes.js';
import {
  cancelledPane,
  certificatesPane,
  codePane,
  confirmPane,
  expiredPane,
  installPane,
  installedPane,
  mobileErrorPane,
  preparingPane,
  rejectedPane,
  sentPane,
  type Countdown,
} from './enrolment-panes.js';
import type { MobilePane } from './mobile-pane.js';
import type { MobileView } from './mobile-text.js';
import { passwordPane, provePane } from './proof-panes.js';

/** Functions and data that all panes of the dialog for mobile devices share. */
export interface PaneTools {
  readonly givePassword: (password: string) => void;
  readonly view: MobileView;
  readonly countdown: Countdown;
  readonly copy: { readonly isCopied: boolean; readonly onCopy: (link: string) => void };
}

/** Renders the content of a pane, without the surrounding dialog. */
export function paneContent(pane: MobilePane, tools: PaneTools): TemplateResult {
  const { countdown, view } = tools;
  const { text, isWindowLost, support } = view;
  if (isReaching(pane)) return reaching.content(pane, view);
  switch (pane.name) {
    case 'preparing':
      return preparingPane(text);
    case 'password':
      return passwordPane(text, pane, tools.givePassword);
    case 'prove':
      return provePane(text, pane, isWindowLost);
    case 'code':
      return codePane(text, pane, countdown, tools.copy);
    case 'expired':
      return expiredPane(text);
    case 'install':
      return installPane(text, pane, countdown);
    case 'confirm':
      return confirmPane(text, pane, countdown);
    case 'rejected':
      return rejectedPane(text);
    case 'certificates':
      return certificatesPane(text, pane);
    case 'sent':
      return sentPane(text, pane);
    case 'installed':
      return installedPane(text, pane);
    case 'cancelled':
      return cancelledPane(text);
    case 'error':
      return mobileErrorPane(text, pane, support);
  }
}
