import { diagnosticCheck } from '@cardwright/protocol/command-definitions';
import { wireError } from '@cardwright/protocol/messages';
import { commandFailure, traceFile } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { grantClasses } from './grant-class.js';
import { siteRule } from './site-rule.js';

/**
 * The background's answer to an `ownRequest` of one of the extension's pages. Only the pages validate answers, so only their scripts
 * contain the schemas of this file.
 */
export const ownAnswer = v.strictObject({ answer: v.unknown() });
export type OwnAnswer = v.InferOutput<typeof ownAnswer>;

/** A site with the current decision about it, by the user or by policy. */
export const decidedSite = v.strictObject({
  origin: v.string(),
  granted: grantClasses,
  denied: grantClasses,
  /** The rule that decided; `none` if there is no decision yet. */
  rule: siteRule,
  /** Set if the administrator decided. The user then cannot change the decision. */
  byPolicy: v.boolean(),
  /** Origins of other relying parties for which the administrator lets the site set up passkeys. */
  relyingParties: v.array(v.string()),
});
export const decidedSites = v.array(decidedSite);
export type DecidedSite = v.InferOutput<typeof decidedSite>;

/** The site of the latest open session in a tab, or else the site that policy blocked there; null if the tab has neither. */
export const siteOfTab = v.nullable(decidedSite);

/**
 * Origin of the site that the user refused in a tab; null if the user refused no site there. A question that the user closed or left
 * unanswered counts as a refusal for a minute.
 */
export const refusedSite = v.nullable(v.string());

/** Report on the host and the readers. */
export const hostReport = v.strictObject({
  /** The first problem that was found; null if everything works. */
  problem: v.nullable(wireError),
  /** Product version of the host; null if the host could not be initialised. */
  version: v.nullable(v.string()),
  readers: v.array(v.string()),
});
export type HostReport = v.InferOutput<typeof hostReport>;

/** Findings of all the checks that a host can make. */
export const hostDiagnosis = v.strictObject({
  /** The error that is shown in place of checks; null if the host made its checks. */
  problem: v.nullable(wireError),
  /** Product version of the host; null if the host could not be initialised. */
  version: v.nullable(v.string()),
  checks: v.array(diagnosticCheck),
});
export type HostDiagnosis = v.InferOutput<typeof hostDiagnosis>;

/** The last failed commands, oldest first. */
export const pastFailures = v.array(commandFailure);

/** Past events that a support file contains. */
export const pastEvents = v.strictObject({
  failures: pastFailures,
  /** The recorded trace, without secrets; null if the trace has no entry for the requested sites. */
  trace: v.nullable(traceFile),
});
export type PastEvents = v.InferOutput<typeof pastEvents>;
