import { MAX_SHORT_LE, type CommandApdu } from '../iso7816/apdu.js';
import { SW } from '../iso7816/status-word.js';

export const INS_SELECT = 0xa4;
/** P1 of SELECT. */
const SELECT_BY_NAME = 0x04;

/** Builds the SELECT command of an application by its complete AID (ISO/IEC 7816-4, 7.1.1). */
export const selectApplication = (aid: Uint8Array): CommandApdu => ({
  cla: 0x00,
  ins: INS_SELECT,
  p1: SELECT_BY_NAME,
  p2: 0,
  data: aid,
  le: MAX_SHORT_LE,
});

/** True if the answer to SELECT means that the card has no such application. A fault (64xx, 65xx, 6F00) does not mean that. */
export const saysNoApplication = (statusWord: number): boolean =>
  NO_APPLICATION.includes(statusWord) || statusWord >> 8 === GSM_RESPONSE_LENGTH;

/**
 * SW1 that announces a waiting answer, whose length is SW2 (ETSI TS 151 011, 9.4.1). Cards for mobile networks answer any SELECT with this SW1.
 * ISO/IEC 7816-4 does not define this SW1.
 */
const GSM_RESPONSE_LENGTH = 0x9f;

/**
 * Status words that mean that the card has no such application, does not support SELECT by name, or has disabled the application. SP 800-73-4
 * Part 2, 3.1.1 names 6A82 alone.
 */
const NO_APPLICATION: readonly number[] = [
  SW.NOT_FOUND,
  // ISO/IEC 7816-4, 5.6: the selected file is deactivated.
  SW.FILE_DEACTIVATED,
  // Java Card: the applet refused its selection, or the AID selected an applet that does not answer to this AID.
  SW.APPLET_SELECT_FAILED,
  SW.CONDITIONS_OF_USE_NOT_SATISFIED,
  // If the AID is unknown, the application that was selected before may answer the SELECT (measured: 6D00). Or the card has no applications.
  SW.INSTRUCTION_NOT_SUPPORTED,
  SW.CLASS_NOT_SUPPORTED,
  SW.FUNCTION_NOT_SUPPORTED,
  SW.INCORRECT_DATA,
  SW.INCORRECT_P1_P2,
  SW.WRONG_P1_P2,
  SW.WRONG_LENGTH,
  SW.REFERENCE_NOT_FOUND,
];
