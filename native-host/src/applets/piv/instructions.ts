import { INS_SELECT } from '../select.js';

/** Instructions of the PIV card application and the tags of their data (SP 800-73-4 Part 2) by name. */

/** Instruction bytes (SP 800-73-4 Part 2, table 2). */
export const INS = {
  VERIFY: 0x20,
  CHANGE_REFERENCE_DATA: 0x24,
  RESET_RETRY_COUNTER: 0x2c,
  GENERATE_ASYMMETRIC_KEY_PAIR: 0x47,
  GENERAL_AUTHENTICATE: 0x87,
  SELECT: INS_SELECT,
  GET_DATA: 0xcb,
  PUT_DATA: 0xdb,
} as const;

/** P1 and P2 of GET DATA and PUT DATA that address the current application. */
export const CURRENT_DATA = { p1: 0x3f, p2: 0xff } as const;

export const TAG_TAG_LIST = 0x5c;
export const TAG_DATA = 0x53;
export const TAG_CONTROL_TEMPLATE = 0xac;
export const TAG_ALGORITHM = 0x80;
export const TAG_PUBLIC_KEY = 0x7f49;
/** Tags of the dynamic authentication template and its objects (SP 800-73-4 Part 2, table 7). */
export const TAG_TEMPLATE = 0x7c;
export const TAG_WITNESS = 0x80;
export const TAG_CHALLENGE = 0x81;
export const TAG_RESPONSE = 0x82;
