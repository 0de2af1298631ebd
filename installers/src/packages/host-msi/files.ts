import path from 'node:path';
import { filesBelow } from '../../parts/files-below.js';
import { fileVersionOf } from './file-version.js';
import { guidOf, identifierOf } from './guid.js';
import { element } from './xml.js';

/** A part of the content of the MSI: WiX elements, and the names of the components in them. */
export interface Content {
  readonly elements: readonly string[];
  readonly components: readonly string[];
}

/**
 * Makes each file below a folder a component of its own, so that Windows repairs and removes exactly these files, whatever version installed them.
 */
export function filesOf(folder: string): Content {
  const files = filesBelow(folder);
  const tree = new Folder();
  for (const file of files) tree.add(file.split('/'), file);
  return { elements: tree.elements(folder, ''), components: files.map(componentOf) };
}

const componentOf = (file: string): string => identifierOf('file', file);

/** A folder in the structure of MSI: nested folders, each with the components of its files. */
class Folder {
  readonly #folders = new Map<string, Folder>();
  readonly #files: string[] = [];

  add([first = '', ...rest]: readonly string[], file: string): void {
    if (rest.length === 0) {
      this.#files.push(file);
      return;
    }
    const folder = this.#folders.get(first) ?? new Folder();
    this.#folders.set(first, folder);
    folder.add(rest, file);
  }

  elements(source: string, place: string): string[] {
    return [
      ...this.#files.map((file) => fileElement(source, file)),
      ...[...this.#folders].map(([name, folder]) => {
        const below = `${place}/${name}`;
        return element('Directory', { Id: identifierOf('folder', below), Name: name }, folder.elements(source, below));
      }),
    ];
  }
}

function fileElement(source: string, file: string): string {
  const id = componentOf(file);
  const from = path.join(source, file);
  const name = { Id: id, Name: path.basename(file), DefaultVersion: fileVersionOf(from) };
  const attributes = { ...name, Source: from, KeyPath: 'yes' };
  return element('Component', { Id: id, Guid: guidOf(`file ${file}`), Win64: 'yes' }, [element('File', attributes)]);
}
