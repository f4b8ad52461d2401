import type { SpecPath } from '../engine/spec/problem.ts';
import type { PlainData } from '../engine/spec/source/plain-data.ts';

export type DraftMap = { [name: string]: PlainData };

/** What a reader of the result must know about one place in it. */
export interface ImportNote {
  /** The place in the declaration; the nearest one that exists has the comment. */
  readonly path: SpecPath;
  readonly text: string;
  /** Whether something of the file is missing in the declaration. */
  readonly isLost: boolean;
}

/** A process that the file switches off. It stands in the declaration as a comment. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
  readonly fields: DraftMap;
}

/** A declaration in the making: plain data as in a spec, with what could not be carried over. */
export interface Draft {
  readonly data: DraftMap;
  readonly notes: ImportNote[];
  readonly leftOut: LeftOut[];
}

/** Collects notes about one place. */
export class Place {
  readonly path: SpecPath;
  readonly #notes: ImportNote[];

  constructor(notes: ImportNote[], path: SpecPath) {
    this.#notes = notes;
    this.path = path;
  }

  at(...path: SpecPath): Place {
    return new Place(this.#notes, [...this.path, ...path]);
  }

  /** Notes what is different in Symphony, or remains to be done. */
  tell(text: string): void {
    this.#notes.push({ path: this.path, text, isLost: false });
  }

  /** Notes what is missing. @param what the field, with its value */
  lose(what: string, reason: string): void {
    this.#notes.push({ path: this.path, text: `Not carried over: ${what}. ${reason}`, isLost: true });
  }
}

/** The fields that have a value, without empty maps and lists. */
export function filled(fields: { readonly [name: string]: PlainData | undefined }): DraftMap {
  const kept = Object.entries(fields).filter(([, value]) => {
    if (value === undefined) return false;
    return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
  });
  return Object.fromEntries(kept) as DraftMap;
}
