import { SymphonyError } from '../../contract/errors.ts';
import type { ProcessInput, ServicesInput, StartConditionsInput } from '../../spec/schema/spec-input.ts';
import { checkName } from './members.ts';
import { mergeServices, type Services } from './services.ts';

/** One process of an experiment: made by `newProcess`, or apart and then added. */
export class Process {
  readonly name: string;
  readonly #fields: ProcessInput;
  readonly #bind: ServicesInput[] = [];
  readonly #connect: string[] = [];
  readonly #expose: ServicesInput[] = [];
  #after: StartConditionsInput | undefined;
  /** Those of its experiment; undefined while it belongs to none. */
  #services: Services | undefined;
  #isMember = false;

  /** @throws SymphonyError `invalid-spec` if the name is wrong */
  constructor(name: string, fields: ProcessInput) {
    this.name = checkName('a process', name);
    this.#fields = fields;
    this.#after = fields?.after;
    if (fields?.bind !== undefined) this.bind(fields.bind);
    if (fields?.expose !== undefined) this.expose(fields.expose);
  }

  /**
   * Declares services that it listens on and others connect to: names, lists of names, or names with wanted ports.
   * @throws SymphonyError `invalid-spec` if one of them belongs to another process
   */
  bind(...services: ServicesInput[]): this {
    this.#services?.claim(this, services);
    this.#bind.push(...services);
    return this;
  }

  /** Declares services of other processes that it connects to; they may be declared later. */
  connect(...services: (string | readonly string[])[]): this {
    this.#connect.push(...services.flat());
    return this;
  }

  /**
   * Declares services that it listens on and people visit, in the same forms as `bind`.
   * @throws SymphonyError `invalid-spec` if one of them belongs to another process
   */
  expose(...services: ServicesInput[]): this {
    this.#services?.claim(this, services);
    this.#expose.push(...services);
    return this;
  }

  /** Declares what other processes and groups must have reached before it is started; they may be declared later. */
  after(conditions: StartConditionsInput): this {
    this.#after = { ...this.#after, ...conditions };
    return this;
  }

  /** @internal Whether it was added to an experiment or a group. */
  get isMember(): boolean {
    return this.#isMember;
  }

  /**
   * @internal Adds it to an experiment or a group; and later to the experiment of the group.
   * @throws SymphonyError `invalid-spec` if one of its services belongs to another process; then nothing has changed
   */
  join(services: Services | undefined): void {
    services?.claim(this, [...this.#bind, ...this.#expose]);
    this.#services = services;
    this.#isMember = true;
  }

  /** @internal */
  toInput(): ProcessInput {
    const connect = [...[this.#fields?.connect ?? []].flat(), ...this.#connect];
    return {
      ...this.#fields,
      ...(this.#bind.length > 0 && { bind: mergeServices(this.#bind) }),
      ...(connect.length > 0 && { connect }),
      ...(this.#expose.length > 0 && { expose: mergeServices(this.#expose) }),
      ...(this.#after !== undefined && { after: this.#after }),
    };
  }
}

/** @throws SymphonyError `conflict` if it belongs to an experiment or a group already */
export function requireApart(member: { readonly name: string; readonly isMember: boolean }): void {
  if (!member.isMember) return;
  throw new SymphonyError('conflict', `${member.name} belongs to an experiment or a group already.`, {
    hint: 'Make another one.',
  });
}
