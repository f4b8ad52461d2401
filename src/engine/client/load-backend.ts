import type { Backend } from '../contract/backend.ts';
import { requireBackend } from '../contract/backend-registry.ts';
import { SymphonyError } from '../contract/errors.ts';
import type { BackendOptions } from '../contract/extensions.ts';
import { describeValue } from '../spec/problem.ts';
import { suggestion } from '../text/suggestion.ts';

/** A backend that a program imports, or another that it registers. */
export type BackendName = keyof BackendOptions | (string & {});

/** The options of a backend: its own where its package declares them, else any. */
export type OptionsOf<Name extends string> = (Name extends keyof BackendOptions
  ? BackendOptions[Name]
  : Readonly<Record<string, unknown>>) & { readonly signal?: AbortSignal | undefined };

/**
 * Loads a backend with options that it takes.
 * @throws SymphonyError `not-found` for a backend that is not registered, `usage` for an option that it does not take or what
 *   is no name, `backend-unavailable` if it does not work here
 */
export function loadBackend(name: string, options: Readonly<Record<string, unknown>>): Promise<Backend> {
  if (typeof name !== 'string')
    throw new SymphonyError('usage', `${describeValue(name)} is not the name of a backend.`);
  const definition = requireBackend(name);
  const taken = definition.options;
  const unknown = Object.keys(options).find((option) => option !== 'signal' && taken?.includes(option) === false);
  if (taken === undefined || unknown === undefined) return definition.load(options);
  throw new SymphonyError('usage', `The ${name} backend has no option ${JSON.stringify(unknown)}.`, {
    hint: suggestion(unknown, taken) ?? 'It has no options.',
  });
}
