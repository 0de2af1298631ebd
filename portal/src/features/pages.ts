import type { DeviceSection } from '../pages/device-section.js';
import type { OperatorPage } from '../pages/operator-page.js';
import { ExpiryList } from './expiry-dates/pages/expiry-list.js';
import { SUPPORT_FILES_SECTION } from './support-files/pages/support-files.js';

/** The operator's pages of the features, in the order of their tabs. */
export const FEATURE_PAGES = [
  { name: 'expiry', right: 'see-expiry-dates', element: ExpiryList },
] as const satisfies readonly OperatorPage[];

/** The sections that features add to the operator's page of a device, in their order. */
export const DEVICE_SECTIONS: readonly DeviceSection[] = [SUPPORT_FILES_SECTION];
