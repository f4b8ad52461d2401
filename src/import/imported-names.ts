import { isName } from '../engine/spec/names.ts';

/** Room for a username before the name, and for a replica's number after it. */
const maxImportedLength = 40;

/** A name as Symphony has them, from any text: `My_Service.1` becomes `my-service-1`. */
export function toName(text: string, otherwise: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, maxImportedLength)
    .replace(/-+$/, '');
  return isName(name) ? name : otherwise;
}

/** Names as Symphony has them, each for one of these. Those that are names already keep theirs. */
export function toNames(texts: readonly string[], otherwise: string): ReadonlyMap<string, string> {
  const taken = new Set(texts.filter((text) => isName(text)));
  return new Map(
    texts.map((text) => {
      if (isName(text)) return [text, text];
      const base = toName(text, otherwise);
      let name = base;
      for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
      taken.add(name);
      return [text, name];
    }),
  );
}
