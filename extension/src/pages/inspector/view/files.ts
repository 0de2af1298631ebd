import { MAX_FILE_BYTES, readTraceFile, traceFileName, writeTraceFile, type FileProblem } from '../model/trace-file.js';
import { TraceStore } from '../model/trace-store.js';
import type { NamedTrace } from './compare-view.js';
import { element } from '../../element.js';

/** Saves a trace as a browser download. */
export function saveTrace(store: TraceStore): void {
  const saved = Date.now();
  const address = URL.createObjectURL(new Blob([writeTraceFile(store, saved)], { type: 'application/json' }));
  element('a', { href: address, download: traceFileName(saved) }).click();
  URL.revokeObjectURL(address);
}

/** Reads a trace file as a separate trace. If the file cannot be shown, returns the reason. */
export async function openTrace(file: File): Promise<NamedTrace | FileProblem> {
  if (file.size > MAX_FILE_BYTES) return 'too_large';
  const read = readTraceFile(await file.text());
  if (typeof read === 'string') return read;
  const store = new TraceStore();
  store.setSessions(read.sessions);
  store.noteDropped(read.dropped);
  store.add(read.entries);
  return { name: file.name, store };
}
