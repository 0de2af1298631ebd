/** The administrator's settings of the extension, as browsers keep them: how each is read, and what of it cannot be read. */
export { GRANT_CLASSES, sortedClasses, type GrantClass } from '../grant-class.js';
export { locale } from '../settings/locale-setting.js';
export { inspectorPanel } from '../settings/panel-setting.js';
export type { NoteUnreadable, PolicySchema, Setting } from '../settings/setting.js';
export { describeSettings, readSettings, settings, type Policy, type ReadPolicy } from '../settings/settings.js';
export type {
  AllowedSites,
  AllSiteKeys,
  BlockedSites,
  ForeignRelyingParty,
  SiteKeys,
} from '../settings/site-settings.js';
