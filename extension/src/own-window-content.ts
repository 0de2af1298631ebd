import { GRANT_CLASSES } from '@cardwright/protocol/settings';
import { grantClasses } from './grant-class.js';
import { READER_ENTRIES, userSecret } from '@cardwright/protocol/command-definitions';
import { deviceInfo, fidoPinRules, pinRules } from '@cardwright/protocol/devices';
import { operationId, origin, publicJwk, sessionId, text } from '@cardwright/protocol/schemas';
import { displayLabel, displayedName, displayedSecret } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import type { OwnWindow } from './own-window.js';

/**
 * Schemas of the content that the background's windows show. Only the windows validate content, so only their scripts contain the
 * schemas.
 */
export const windowContents = {
  consent: v.strictObject({
    origin,
    classes: v.pipe(grantClasses, v.minLength(1), v.maxLength(GRANT_CLASSES.length)),
  }),
  secret: v.strictObject({
    origin,
    secrets: v.pipe(v.array(userSecret), v.minLength(1)),
    device: deviceInfo,
    operation: v.nullable(operationId),
    rules: pinRules,
    fidoRules: v.nullable(fidoPinRules),
    mayForget: v.boolean(),
    isFirst: v.exactOptional(v.boolean()),
    isShared: v.exactOptional(v.boolean()),
    suitsBoth: v.exactOptional(pinRules),
    retriesLeft: v.nullable(v.number()),
    problem: v.nullable(text(60)),
    mayAskAgain: v.exactOptional(v.boolean()),
    host: v.strictObject({ session: sessionId, key: publicJwk }),
  }),
  reader: v.strictObject({
    origin,
    entries: v.pipe(v.array(v.picklist(READER_ENTRIES)), v.minLength(1)),
    device: deviceInfo,
    operation: v.nullable(operationId),
    rules: pinRules,
    retriesLeft: v.nullable(v.number()),
    problem: v.nullable(text(60)),
  }),
  passkey: v.strictObject({
    origin,
    way: v.picklist(['page', 'window']),
    relyingParty: v.strictObject({ name: text(64), origin }),
    device: deviceInfo,
    /** The temporary PIN to enter; null if the user already has a FIDO PIN, or sets one in the browser's dialog. */
    temporaryPin: v.nullable(displayedSecret),
    /**
     * The match pattern of the site on which the user has to allow the extension; null if the extension needs no permission there, or
     * already has it.
     */
    permission: v.nullable(v.string()),
  }),
  display: v.strictObject({
    origin,
    device: text(200),
    label: displayLabel,
    /** Owner of the device; null if the CMS does not name the owner. */
    owner: v.nullable(displayedName),
    secret: displayedSecret,
  }),
  confirm: v.strictObject({
    origin,
    action: v.picklist(['reset', 'reset-fido', 'reset-all', 'reset-shared']),
    device: deviceInfo,
    isLongTouch: v.exactOptional(v.boolean()),
  }),
  bundle: v.strictObject({ origin }),
} as const satisfies Record<OwnWindow, v.GenericSchema>;

export type WindowContent<W extends OwnWindow> = v.InferOutput<(typeof windowContents)[W]>;
