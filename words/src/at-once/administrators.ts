// Written by scripts/languages.mjs from the folders of the languages: change nothing here.
import { atOnce } from '../at-once.js';
import { words as english } from '../en/administrators.js';
import { words as de } from '../de/administrators.js';

export const words = atOnce(english, { de });
