import type { TemplateResult } from 'lit';
import { allowPane, checkPane, noReaderPane, refusedPane } from '../panes.js';
import type { Selection } from '../picker-pane.js';
import type { Support } from '../support.js';
import type { Text } from '../text.js';
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
  type Countdown,
} from './enrolment-panes.js';
import type { MobilePane } from './mobile-pane.js';
import { passwordPane, proofSearchPane, provePane } from './proof-panes.js';

/** What panes need besides what they show. */
export interface PaneTools {
  readonly givePassword: (password: string) => void;
  readonly selection: Selection;
  /** Whether the extension's window could not be brought to the front. */
  readonly isWindowLost: boolean;
  readonly countdown: Countdown;
  readonly copy: { readonly isCopied: boolean; readonly onCopy: (link: string) => void };
  readonly support: Support;
}

/** The content of a pane, without what is around it. */
export function paneContent(text: Text, pane: MobilePane, tools: PaneTools): TemplateResult {
  const { countdown, isWindowLost, support } = tools;
  switch (pane.name) {
    case 'preparing':
      return preparingPane(text);
    case 'password':
      return passwordPane(text, pane, tools.givePassword);
    case 'check':
      return checkPane(text, pane.checks, isWindowLost);
    case 'allow':
      return allowPane(text, pane.checks);
    case 'refused':
      return refusedPane(text, pane, support);
    case 'no-reader':
      return noReaderPane(text, pane.checks, support);
    case 'search':
    case 'connect':
    case 'choose':
      return proofSearchPane(text, pane, tools.selection);
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
    case 'installed':
      return installedPane(text, pane);
    case 'cancelled':
      return cancelledPane(text);
    case 'error':
      return mobileErrorPane(text, pane, support);
  }
}
