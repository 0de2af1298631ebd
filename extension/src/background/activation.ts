/** How long a click counts, in milliseconds: what Chromium and Firefox call transient activation (HTML, 6.4). */
export const ACTIVATION_MS = 5_000;
