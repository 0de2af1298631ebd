// Written by scripts/languages.mjs from the folders of the languages: change nothing here.
import { words as english } from '../en/administrators.js';
import { onDemand } from '../on-demand.js';

export const words = onDemand(english, {
  de: () => import('../de/administrators.js'),
});
