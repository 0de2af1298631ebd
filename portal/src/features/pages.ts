import type { OperatorPage } from '../pages/operator-page.js';
import { ExpiryList } from './expiry-dates/pages/expiry-list.js';

/** The operator's pages of the features, in the order of their tabs. */
export const FEATURE_PAGES = [
  { name: 'expiry', right: 'see-expiry-dates', element: ExpiryList },
] as const satisfies readonly OperatorPage[];
