/**
 * Writes test-root.pem, the root under which virtual cards attest; run it after a build. The root's key is derived from
 * a sentence in the source, so no private key is kept here, and nobody may trust this root outside tests and the demo.
 */
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { makeTestRoot } from '../dist/x509/test-root.js';

writeFileSync(new URL('test-root.pem', import.meta.url), new X509Certificate(makeTestRoot()).toString());
