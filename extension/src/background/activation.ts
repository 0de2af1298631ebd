/** Time for which a click counts, in milliseconds, as for the transient activation of Chromium and Firefox (HTML, 6.4). */
export const ACTIVATION_MS = 5_000;
