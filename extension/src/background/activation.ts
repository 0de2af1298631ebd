/**
 * Milliseconds for which a click in a page counts as the user's activity, as in Chromium and Firefox (transient activation; HTML,
 * 6.4).
 */
export const ACTIVATION_MS = 5_000;
