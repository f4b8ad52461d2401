import { SymphonyError } from '../../contract/errors.ts';
import type { ServicesInput } from '../../spec/schema/spec-input.ts';

/** Which process of an experiment binds or exposes which service. */
export class Services {
  readonly #owners = new Map<string, { readonly name: string }>();

  /** All or none of them. @throws SymphonyError `invalid-spec` if one belongs to another process */
  claim(member: { readonly name: string }, inputs: readonly ServicesInput[]): void {
    const names = Object.keys(mergeServices(inputs));
    for (const name of names) this.#requireOwn(name, member);
    for (const name of names) this.#owners.set(name, member);
  }

  /** Adds those of a group that was made apart: all or none. @throws SymphonyError `invalid-spec` as `claim` */
  takeOver(other: Services): void {
    for (const [name, member] of other.#owners) this.#requireOwn(name, member);
    for (const [name, member] of other.#owners) this.#owners.set(name, member);
  }

  #requireOwn(name: string, member: { readonly name: string }): void {
    const other = this.#owners.get(name);
    if (other === undefined || other === member) return;
    const message = `Process ${member.name}: ${name} is a service of ${other.name} already.`;
    throw new SymphonyError('invalid-spec', message, { hint: 'Give each service a name of its own.' });
  }
}

/** Merges all forms into names with ports. An invalid form is kept, so that the parser refuses it. */
export function mergeServices(inputs: readonly ServicesInput[]): Record<string, number | null | 'auto'> {
  return Object.fromEntries(
    inputs.flatMap((input): (readonly [string, number | null | 'auto'])[] => {
      if (typeof input === 'object' && input !== null && !Array.isArray(input)) return Object.entries(input);
      return [input].flat().map((name) => [String(name), null] as const);
    }),
  );
}
