import { SymphonyError } from '../../contract/errors.ts';
import { isName, nameRule } from '../../spec/names.ts';
import { describeValue } from '../../spec/problem.ts';
import { suggestion } from '../../text/suggestion.ts';

type Kind = 'an experiment' | 'a process' | 'a process group';

/** What an experiment or a group is made of, by name. */
export class Members<Member extends { readonly name: string }> {
  readonly #members = new Map<string, Member>();

  /** In the order of declaration. */
  get all(): readonly Member[] {
    return [...this.#members.values()];
  }

  get names(): readonly string[] {
    return [...this.#members.keys()];
  }

  get(name: string): Member | undefined {
    return this.#members.get(name);
  }

  /** @throws SymphonyError `invalid-spec` if the name is taken */
  requireFree(name: string): void {
    if (!this.#members.has(name)) return;
    throw new SymphonyError('invalid-spec', `There is a process or group ${name} already.`, {
      hint: 'Use another name.',
    });
  }

  add(member: Member): void {
    this.#members.set(member.name, member);
  }
}

/** @throws SymphonyError `invalid-spec` if this cannot be such a name */
export function checkName(kind: Kind, name: string): string {
  if (typeof name === 'string' && isName(name)) return name;
  throw new SymphonyError('invalid-spec', `${describeValue(name)} cannot be the name of ${kind}.`, {
    hint: `It must be ${nameRule}.`,
  });
}

/** @param owner where it was looked for: `group agents` @param names that are declared there */
export function notDeclared(
  what: 'process' | 'group',
  name: string,
  owner: string,
  names: readonly string[],
): SymphonyError {
  const hint = suggestion(name, names);
  const message = `There is no ${what} ${JSON.stringify(name)} in ${owner}.`;
  return new SymphonyError('not-found', message, hint === undefined ? {} : { hint });
}

export function inputsOf<Input>(
  members: readonly { readonly name: string; toInput(): Input }[],
): Record<string, Input> {
  return Object.fromEntries(members.map((member) => [member.name, member.toInput()]));
}
