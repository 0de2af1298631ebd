// Written by scripts/languages.mjs from the folders of the languages: change nothing here.
import { atOnce } from '../at-once.js';
import { words as english } from '../en/errors.js';
import { words as de } from '../de/errors.js';

export const words = atOnce(english, { de });
